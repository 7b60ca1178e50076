/* What the server tells the exam's scripts: values and wordings, as JSON in the page. */
function parsed(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

export function readData() {
  return { data: parsed("exam-data"), words: parsed("exam-words") };
}

/* Of two events the one with the higher [writer, sequence] was authored later. */
export function isLater(rank, other) {
  if (!other) return true;
  return rank[0] === other[0] ? rank[1] > other[1] : rank[0] > other[0];
}

/* crypto.randomUUID exists on HTTPS alone; an internal network may serve plain HTTP. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
