import java.io.FileInputStream;
import java.util.Map;

import org.verapdf.core.VeraPDFException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Checks a PDF file against one flavour: arguments are the flavour's id (3a, ua1) and the file. */
public final class VeraPdf {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
        try (FileInputStream file = new FileInputStream(arguments[1]);
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
