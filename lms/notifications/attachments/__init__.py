"""Files that go with messages: in the mail or behind a link, and under the message on the site."""
