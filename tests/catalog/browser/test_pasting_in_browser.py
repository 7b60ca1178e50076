"""What is pasted into a lesson from a word processor becomes Markdown."""

import pytest
from playwright.sync_api import Browser

from tests.catalog.browser.prose import show_prose

FIELD = """<textarea data-paste="(picture)"></textarea>
<script type="module" src="/js/catalog-paste.js"></script>"""
PASTE = """(html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  const field = document.querySelector("textarea");
  field.focus();
  field.value = "";
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  return field.dispatchEvent(event) ? "left to the browser" : field.value;
}"""
WORD = """<html><head><style>p { margin: 0 }</style></head><body><!--StartFragment-->
<h1><span style="font-size: 28pt">Приём  у окна</span></h1>
<p class="MsoNormal"><b style="font-weight:normal"><b>Важно:</b></b> 5 * 3 и <i>не </i><a href="https://example.org/a">позже</a>
<a href="javascript:alert(1)">здесь</a><o:p></o:p></p>
<p style="mso-list: l0 level1 lfo1"><span style="mso-list:Ignore">·<span>  </span></span>талон</p>
<p style="mso-list: l0 level2 lfo1"><span style="mso-list:Ignore">1.<span>  </span></span>окно</p>
<table><tr><td><p>Шаг</p></td><td><p>Мин | с</p></td></tr><tr><td><p>Приём</p></td></tr></table>
<ol><li>раз<ul><li>два</li></ul></li></ol>
<p><img src="file:///C:/x.png"></p><script>alert(1)</script><!--EndFragment--></body></html>"""
MARKDOWN = """## Приём у окна

**Важно:** 5 \\* 3 и *не* [позже](https://example.org/a) здесь

- талон
   1. окно

| Шаг | Мин \\| с |
| --- | --- |
| Приём |  |

1. раз
   - два

(picture)"""


@pytest.mark.browser
def test_what_a_word_processor_copied_becomes_markdown(browser: Browser) -> None:
    page = show_prose(browser, FIELD)
    page.wait_for_function("document.readyState === 'complete'")
    assert page.evaluate(PASTE, WORD) == MARKDOWN
    # From a field or an editor of code, whose HTML says nothing of a text.
    assert page.evaluate(PASTE, "<span>## plain</span>") == "left to the browser"
    page.close()
