/* The server's time, measured. The clock of the device may be wrong: it is asked for nothing but how
   long the device slept, where what counts here (performance.now) stood still meanwhile. */
const GAP = 6000; // ms: no pause between two ticks lasts so long, no correction of a clock is so large
const lead = () => Date.now() - performance.now();
const MARKS = [[300, "minutes_left_5"], [60, "minutes_left_1"]];

export class Clock {
  constructor(data) {
    const [page] = performance.getEntriesByType("navigation");
    const sent = page?.requestStart ?? 0;
    const received = page?.responseStart ?? performance.now();
    this.deadline = Date.parse(data.deadline_at);
    this.offset = Date.parse(data.server_now) - received;
    this.doubt = Math.max(received - sent, 50);
    this.lead = lead();
  }

  /* How long the device slept since the server last answered, as far as its own clock tells. Whoever
     puts that forward is believed until the server answers; put back, it says nothing. */
  get slept() {
    const gained = lead() - this.lead;
    return gained > GAP ? gained : 0;
  }

  /* Milliseconds since 1970 by the server's clock. */
  now() {
    return performance.now() + this.offset + this.slept;
  }

  /* Milliseconds until the deadline, never below nothing. */
  remaining() {
    return Math.max(0, this.deadline - this.now());
  }

  /* Learn from a reply: its time of arrival there lies between the sending and the reply here. A
     device that slept finds its own count wrong by more than both doubts together. */
  learn(reply, sent, received) {
    const doubt = received - sent;
    const offset = Date.parse(reply.server_now) - (sent + received) / 2;
    if (doubt <= this.doubt || Math.abs(offset - this.offset) > doubt + this.doubt) {
      this.offset = offset;
      this.doubt = Math.max(doubt, 20);
    }
    this.lead = lead();
    this.deadline = Date.parse(reply.deadline_at);
  }
}

function asText(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/* Show the clock, announce five minutes and one minute, say that time was added; call onOver at the
   end, onGap after the device slept. Where the server can be asked how long that was (isAlone), its
   answer is waited for: the device's own clock alone ends no exam. */
export function runClock(clock, { words, announce, say, onOver, onGap, isAlone }) {
  const element = document.querySelector("[data-clock]");
  const text = element.querySelector("[data-clock-text]");
  let last = clock.remaining() / 1000;
  let { deadline } = clock;
  let ticked = Date.now();
  let timer = null;

  function tick() {
    if (Date.now() - ticked > GAP) onGap();
    ticked = Date.now();
    if (clock.slept && !isAlone()) return;
    const seconds = clock.remaining() / 1000;
    text.textContent = asText(Math.ceil(seconds));
    element.dataset.state = seconds <= 0 ? "over" : seconds <= 60 ? "last" : seconds <= 300 ? "soon" : "plenty";
    for (const [mark, name] of MARKS) if (last > mark && seconds <= mark) announce(words[name]);
    last = seconds;
    if (clock.deadline > deadline) say(words.more_time.replace("{time}", text.textContent));
    ({ deadline } = clock);
    if (seconds <= 0) {
      clearInterval(timer);
      onOver();
    }
  }

  timer = setInterval(tick, 500);
  tick();
}
