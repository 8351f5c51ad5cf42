// A network that fails, between the browser and the server.
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A proxy in front of a server on a port of this machine. */
export class FlakyNetwork {
  /** The port that the server behind it listens on. */
  target = 0;
  /** Whether every third answer of the REST API is lost: the server has done what was asked, and nobody hears of it. */
  dropping = false;
  /** Whether nothing gets through: calls are broken off before the server hears of them. */
  down = false;
  /** The calls of the REST API that reached the server, as "METHOD path". */
  readonly seen: string[] = [];
  private calls = 0;
  private readonly sockets = new Set<Socket>();

  private readonly server = createServer((incoming, outgoing) => {
    if (this.down) {
      incoming.socket.destroy();
      return;
    }
    const call = incoming.url?.startsWith("/prod/") === true && incoming.method !== "OPTIONS";
    if (call) this.seen.push(`${incoming.method} ${incoming.url}`);
    const lost = call && this.dropping && ++this.calls % 3 === 0;
    const { method, url: path, headers } = incoming;
    const onward = request({ port: this.target, method, path, headers }, (answer: IncomingMessage) => {
      if (lost) {
        // Read to its end, so that the server has done all it would do.
        answer.resume().on("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.pipe(onward);
  });

  /** Gives the address to use in place of the server's. */
  async start(): Promise<string> {
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}
