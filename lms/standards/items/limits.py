"""What a file of items may measure. Beyond it the whole file is refused; nothing is written."""

MEGABYTE = 1024 * 1024
FILE_BYTES = 10 * MEGABYTE
UNPACKED_BYTES = 50 * MEGABYTE  # all files of a package together
MEMBERS = 12_000  # files in a package: two languages of all items, and pictures
DIRECTORY_BYTES = 2 * MEGABYTE  # the list of a package's files
RATIO = 200  # how many times its size a file of a package may unpack to
ITEMS = 5_000
ELEMENTS = 500_000  # of all XML in a file or package
ELEMENTS_TOGETHER = 20_000  # of one question, or one resource of a manifest
ATTRIBUTES = 250  # of one XML element
DEPTH = 64  # of XML elements in each other
LINES = 200_000  # of a text file
BLOCK_CHARACTERS = 200_000  # of one question: in a text file all of it, else its texts
TEXT_CHARACTERS = 30_000  # of one text as it stands in the file, markup included
TAGS = 1_000  # of HTML in one text
LABELS = 1_000  # tags (key words) of one question; more are counted, not read
ROWS = 100  # answers of one question; more are not even looked at
NOTES = 20_000  # told in a report
MILLION = 1_000_000
PIXELS = 16 * MILLION  # of one picture
PICTURES = 5_000  # of a file
PIXELS_TOGETHER = 100 * MILLION  # of all pictures of a file
DRAWN_TOGETHER = 150_000  # marks (begins and ends of elements, attributes) of all drawings
VAIN_SECONDS = 0.3  # CPU time that reading questions may take while hardly any is understood
HARDLY = 10  # fewer than one question in so many is "hardly any"
