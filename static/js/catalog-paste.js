/* What is pasted from Word, a mail or another page into a lesson keeps its headings, lists, tables,
   links and emphasis, as Markdown; pictures leave a remark where they stood. Anything else, and what is
   pasted as plain text (Ctrl+Shift+V), is left to the browser. */

const BLOCKS = "h1,h2,h3,h4,h5,h6,p,div,section,article,header,main,ul,ol,table,blockquote,pre,hr";
const STRUCTURE = "h1,h2,h3,h4,h5,h6,b,strong,i,em,a[href],li,table,img,[data-style*='mso-list']";
const LEFT_OUT = "script,style,template,title,meta,[data-style*='mso-list:Ignore' i]";
const ORDERED = /^\s*(?:[0-9]+|[a-zа-я])[.)]/i; // the mark of a list that Word numbers

/* Styles only tell what a thing is; the page's policy would refuse them, and complain. */
function parsed(html) {
  const plain = html.replace(/<style[^]*?<\/style>/gi, "").replace(/<[^>]+>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(plain, "text/html").body;
}

const tidy = (words) => words.replace(/[ \t\u00a0]+/g, " ").replace(/ ?\n ?/g, "\n").trim();

/* Only what holds words: '**' beside a space marks nothing. */
function marked(words, mark) {
  const [, before, core, after] = /^(\s*)([^]*?)(\s*)$/.exec(words);
  return core ? `${before}${mark}${core}${mark}${after}` : words;
}

const inline = (parent, remark) => [...parent.childNodes].map((node) => words(node, remark)).join("");

function words(node, remark) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ").replace(/[\\`*_[\]<]/g, "\\$&");
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return "";
  if (node.matches("br")) return "\n";
  if (node.matches("img")) return ` ${remark} `;
  const inner = inline(node, remark);
  if (node.matches("b:not([data-style*='font-weight:normal']),strong")) return marked(inner, "**");
  if (node.matches("i,em")) return marked(inner, "*");
  if (node.matches("a[href^='https:']") && inner.trim()) return `[${inner.trim()}](${node.href})`;
  return inner;
}

function list(node, remark, indent = "") {
  let number = 0;
  return [...node.children].filter((entry) => entry.matches("li")).map((entry) => {
    const mark = node.matches("ol") ? `${(number += 1)}.` : "-";
    const deeper = [...entry.querySelectorAll(":scope > ul, :scope > ol")];
    for (const inner of deeper) inner.remove();
    const space = " ".repeat(mark.length + 1);
    return [`${indent}${mark} ${tidy(inline(entry, remark)).replace(/\n/g, " ")}`,
      ...deeper.map((inner) => list(inner, remark, indent + space))].join("\n");
  }).join("\n");
}

function table(node, remark) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => tidy(inline(cell, remark)).replace(/\n/g, " ").replace(/\|/g, "\\|")));
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells) => `| ${[...cells, ...Array(width - cells.length).fill("")].join(" | ")} |`;
  return [line(rows[0]), line(Array(width).fill("---")), ...rows.slice(1).map(line)].join("\n");
}

/* Word's lists are paragraphs that look like lists, each with its mark. */
function wordEntry(node, remark) {
  const mark = node.querySelector("[data-style*='mso-list:Ignore' i]")?.textContent ?? "";
  const level = Number(/level(\d)/.exec(node.dataset.style)?.[1] ?? 1);
  return `${"   ".repeat(level - 1)}${ORDERED.test(mark) ? "1." : "-"} ${tidy(inline(node, remark))}`;
}

function blocks(parent, remark, found = []) {
  let run = "";
  const end = () => {
    if (tidy(run)) found.push(tidy(run));
    run = "";
  };
  for (const node of parent.childNodes) {
    if (node.nodeType !== Node.ELEMENT_NODE || !node.matches(BLOCKS)) {
      // An inline element around blocks: Google's <b>, Word's <span>.
      if (node.querySelector?.(BLOCKS)) { end(); blocks(node, remark, found); } else run += words(node, remark);
      continue;
    }
    end();
    if (node.matches("h1,h2,h3,h4,h5,h6")) found.push(`${node.matches("h1,h2") ? "##" : "###"} ${tidy(inline(node, remark)).replace(/\n/g, " ")}`);
    else if (node.matches("ul,ol")) found.push(list(node, remark));
    else if (node.matches("table") && node.rows.length) found.push(table(node, remark));
    else if (node.matches("[data-style*='mso-list']")) {
      const entry = wordEntry(node, remark);
      if (node.previousElementSibling?.matches("[data-style*='mso-list']")) found.push(`${found.pop()}\n${entry}`);
      else found.push(entry);
    } else if (node.matches("blockquote")) found.push(blocks(node, remark).join("\n\n").replace(/^/gm, "> "));
    else if (!node.matches("hr")) blocks(node, remark, found);
  }
  end();
  return found;
}

document.addEventListener("paste", (event) => {
  const field = event.target;
  const html = event.clipboardData.getData("text/html");
  if (!html || !field.matches("[data-paste]")) return;
  const body = parsed(html);
  if (!body.querySelector(STRUCTURE)) return;
  event.preventDefault();
  const text = blocks(body, field.dataset.paste).join("\n\n");
  // The old command alone keeps what was there for Ctrl+Z.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
