import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Somebody who is told by webhooks. Paths that begin with `/broken` answer 500, with `answer` as their words. */
export class Receiver {
  readonly received: Received[] = [];
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(answer = "sorry"): Promise<Receiver> {
    const receiver: Receiver = new Receiver(
      createServer((request, response) => {
        let body = "";
        request.on("data", (part) => {
          body += String(part);
        });
        request.on("end", () => {
          const path = request.url ?? "";
          receiver.received.push({ path, headers: request.headers, body });
          const isBroken = path.startsWith("/broken");
          response.writeHead(isBroken ? 500 : 200).end(isBroken ? answer : "thanks");
        });
      }),
    );
    await new Promise<void>((done) => receiver.server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  count(path: string): number {
    return this.received.filter((each) => each.path === path).length;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
