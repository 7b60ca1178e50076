import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;

import org.verapdf.core.VeraPDFException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks PDF files, one a line of input: the flavour's id (3a, ua1), a space, the file's path. */
public final class VeraPdf {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] asked = line.split(" ", 2);
            check(PDFAFlavour.fromString(asked[0]), asked[1]);
        }
    }

    private static void check(PDFAFlavour flavour, String path) throws Exception {
        try (FileInputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour)) {
            PDFAValidator validator =
                Foundries.defaultInstance().createValidator(flavour, 20, false, false, false);
            ValidationResult result = validator.validate(parser);
            System.out.println("assertions " + result.getTotalAssertions());
            for (TestAssertion failed : result.getTestAssertions()) {
                System.out.println(
                    "failed " + failed.getRuleId().getClause() + "-" + failed.getRuleId().getTestNumber()
                        + " " + failed.getMessage());
            }
            System.out.println(result.isCompliant() ? "compliant" : "not compliant");
        }
    }
}
