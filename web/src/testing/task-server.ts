import { HttpResponse, http } from "msw";
import { network } from "./network.ts";

export interface StoredItem {
  id: string;
  item: string;
  completed: boolean;
  due_date?: string;
  notes?: string;
  position?: string;
  version: number;
}

interface Call {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

/** The REST API over a list in memory, with its pages, versions and idempotency keys. */
export class TaskServer {
  items: StoredItem[] = [];
  pageSize = 1000;
  /** Whether no call reaches it. */
  down = false;
  readonly calls: Call[] = [];
  /** Answers instead of the list: what the next calls of a method get, first to last. */
  readonly #faults: { method: string; answer: () => Response; lost?: boolean }[] = [];
  readonly #gates: { method: string; open: Promise<void> }[] = [];

  constructor(texts: string[] = []) {
    texts.forEach((text, index) => {
      this.items.push({ id: idOf(index), item: text, completed: false, version: 1 });
    });
    network.use(
      http.all("http://api.test/prod/*", async ({ request }) => {
        if (this.down) return HttpResponse.error();
        const url = new URL(request.url);
        const text = await request.text();
        const body: unknown = text === "" ? undefined : JSON.parse(text);
        const call = {
          method: request.method,
          path: url.pathname.replace("/prod", ""),
          headers: request.headers,
          body,
        };
        this.calls.push(call);
        const gate = this.#take(this.#gates, call.method);
        if (gate) await gate.open;
        const fault = this.#take(this.#faults, call.method);
        if (!fault) return this.#answer(call, url.searchParams);
        if (fault.lost) this.#answer(call, url.searchParams);
        return fault.answer();
      }),
    );
  }

  /** The next call of this method fails; with status 0 no answer comes at all. */
  failNext(method: string, status: number, message = "fault") {
    const answer = () => (status === 0 ? HttpResponse.error() : HttpResponse.json({ message }, { status }));
    this.#faults.push({ method, answer });
  }

  /** The next call of this method gets this answer, and does nothing. */
  answerNext(method: string, answer: () => Response) {
    this.#faults.push({ method, answer });
  }

  /** The next call of this method is done, but its answer is lost. */
  loseNext(method: string) {
    this.#faults.push({ method, answer: () => HttpResponse.error(), lost: true });
  }

  /** The next call of this method is answered once the returned function has been called. */
  holdNext(method: string): () => void {
    let release = () => {};
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#gates.push({ method, open });
    return release;
  }

  /** The calls of a method, as "path body". */
  sent(method: string): string[] {
    return this.calls
      .filter((call) => call.method === method)
      .map(({ path, body }) => (body === undefined ? path : `${path} ${JSON.stringify(body)}`));
  }

  #take<T extends { method: string }>(from: T[], method: string): T | undefined {
    const at = from.findIndex((each) => each.method === method);
    return at < 0 ? undefined : from.splice(at, 1)[0];
  }

  #answer({ method, path, headers, body }: Call, query: URLSearchParams): Response {
    const [, , id, done] = path.split("/");
    if (id === undefined) return method === "GET" ? this.#list(query) : this.#add(headers, body);
    const old = this.items.find((item) => item.id === id);
    if (!old) return HttpResponse.json({ message: "no such item" }, { status: 404 });
    if (method === "GET") return HttpResponse.json({ Item: old });
    const match = headers.get("If-Match");
    if (match !== null && match !== `"${old.version}"`) {
      return HttpResponse.json({ message: "the item has changed" }, { status: 412 });
    }
    if (method === "DELETE") {
      this.items = this.items.filter((item) => item !== old);
      return HttpResponse.json({});
    }
    const change = done === "done" ? { completed: true } : (body as Partial<StoredItem>);
    return HttpResponse.json({ Attributes: this.change(id, change) });
  }

  /** Changes an item, as another device would. */
  change(id: string, change: Partial<StoredItem>): StoredItem {
    const old = this.items.find((item) => item.id === id);
    if (!old) throw new Error(`no item ${id}`);
    const item = { ...old, ...change, version: old.version + 1 };
    this.items = this.items.map((each) => (each === old ? item : each));
    return item;
  }

  #list(query: URLSearchParams): Response {
    const from = Number(query.get("next") ?? 0);
    const page = this.items.slice(from, from + this.pageSize);
    const next = from + this.pageSize < this.items.length ? { NextToken: String(from + this.pageSize) } : {};
    return HttpResponse.json({ Items: page, Count: page.length, ScannedCount: page.length, ...next });
  }

  #add(headers: Headers, body: unknown): Response {
    const id = headers.get("Idempotency-Key") ?? "";
    const known = this.items.find((item) => item.id === id);
    const item = known ?? { id, item: "", completed: false, ...(body as object), version: 1 };
    if (!known) this.items.push(item);
    return HttpResponse.json({ Item: item });
  }
}

export function idOf(index: number): string {
  return `0190a000-0000-7000-8000-${String(index).padStart(12, "0")}`;
}
