/* The journal: every answer that has no receipt yet, kept in the browser's database, so that it
   survives a reload or a crash. An event leaves it on its receipt alone. */
const DATABASE = "exam-journal";
const STORE = "events";
const KEEP_DAYS = 60;
const PATIENCE = 3000; // ms

function asPromise(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "event_id" }).createIndex("attempt", "attempt");
  };
  return asPromise(request);
}

class DatabaseJournal {
  isDurable = true;

  constructor(database, attempt) {
    this.database = database;
    this.attempt = attempt;
  }

  /* Do something to the store; resolves when the browser says that it is on the disk. Once it has
     failed nobody waits for it any more, though it is tried. */
  async #write(action) {
    const writing = new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      action(transaction.objectStore(STORE));
    });
    if (!this.isDurable) {
      writing.catch(() => {}); // told when it failed first
      return;
    }
    try {
      await soon(writing);
    } catch (error) {
      this.isDurable = false;
      throw error;
    }
  }

  /* Never fails: the exam goes on without what a broken storage doesn't give back. */
  async all() {
    try {
      const index = this.database.transaction(STORE).objectStore(STORE).index("attempt");
      return await soon(asPromise(index.getAll(this.attempt)));
    } catch (error) {
      console.warn("the journal can't be read", error);
      this.isDurable = false;
      return [];
    }
  }

  add(event) {
    return this.#write((store) => store.put(event));
  }

  remove(ids) {
    return this.#write((store) => ids.forEach((id) => store.delete(id)));
  }

  /* Events of attempts that ended long ago and were refused for good. */
  async forgetOld(now) {
    const oldest = now - KEEP_DAYS * 86_400_000;
    const store = this.database.transaction(STORE).objectStore(STORE);
    const old = (await asPromise(store.getAll())).filter((event) => event.authored_at < oldest);
    if (old.length) await this.remove(old.map((event) => event.event_id));
  }
}

/* For browsers that store nothing (some private windows): the page says so. */
class MemoryJournal {
  isDurable = false;
  events = new Map();

  async all() { return [...this.events.values()]; }
  async add(event) { this.events.set(event.event_id, event); }
  async remove(ids) { ids.forEach((id) => this.events.delete(id)); }
}

/* Some browsers never answer when their storage is broken: the exam can't wait for it. */
function soon(promise) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error("no answer from the storage")), PATIENCE);
  });
  return Promise.race([promise, late]);
}

async function openDatabaseJournal(attempt, now) {
  const journal = new DatabaseJournal(await openDatabase(), attempt);
  await journal.forgetOld(now);
  return journal;
}

export async function openJournal(attempt, now) {
  try {
    return await soon(openDatabaseJournal(attempt, now));
  } catch (error) {
    console.warn("the browser keeps no journal", error);
    return new MemoryJournal();
  }
}
