// What the tests of other people's clients share: a stack whose app client allows what they do.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, Stack, test as base } from "./stack.ts";

/** Which app client of which pool, and where. */
export interface Pool {
  endpoint: string;
  domain: string;
  issuer: string;
  poolId: string;
  clientId: string;
}

/** Reads the web app's configuration through a page, which trusts the stack's certificate. */
export function poolOf(config: Record<string, string>): Pool {
  const { APP_AUTH_URL: domain = "", APP_ISSUER: issuer = "", APP_CLIENT_ID: clientId = "" } = config;
  return { endpoint: `${domain}/`, domain, issuer, clientId, poolId: issuer.slice(issuer.lastIndexOf("/") + 1) };
}

/** A web app at an origin of its own: one page, with a script in it. */
export class App {
  script = "";
  url = "";
  private readonly server = createServer((request, response) => {
    const isScript = request.url === "/client.js";
    response.setHeader("Content-Type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    response.end(isScript ? this.script : '<!doctype html><title>An app</title><script src="/client.js"></script>');
  });

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    this.url = `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A stack whose client is the app and allows SRP, and sign-ins that begin with what people choose. Second factors are for those who want one. */
export class ClientsStack extends Stack {
  readonly dir: string;

  constructor(
    readonly app: App,
    flags: string[] = [],
  ) {
    const dir = mkdtempSync(join(tmpdir(), "todo-e2e-"));
    const template = join(dir, "template.yaml");
    const text = readFileSync("../template.yaml", "utf8");
    const altered = text
      .replace("- ALLOW_USER_PASSWORD_AUTH\n", "- ALLOW_USER_PASSWORD_AUTH\n        - ALLOW_USER_SRP_AUTH\n")
      .replace("[PASSWORD, WEB_AUTHN]", "[PASSWORD, EMAIL_OTP, WEB_AUTHN]")
      .replace("CallbackURLs:\n", `CallbackURLs:\n        - ${app.url}/callback\n`)
      .replace("LogoutURLs:\n", `LogoutURLs:\n        - ${app.url}/\n`);
    expect(altered).toContain("MfaConfiguration: OPTIONAL");
    expect(altered).toContain("- ALLOW_USER_SRP_AUTH\n");
    expect(altered).toContain("EMAIL_OTP, WEB_AUTHN]");
    expect(altered).toContain(`${app.url}/callback`);
    expect(altered).toContain(`${app.url}/\n`);
    writeFileSync(template, altered);
    super(join(dir, "data"), ["--template", template, "--parameter", "ManagedLoginVersion=2", ...flags]);
    this.dir = dir;
  }

  /** The access key that the first start wrote. */
  credentials(): { accessKeyId: string; secretAccessKey: string } {
    const text = readFileSync(join(this.dir, "data", "credentials"), "utf8");
    const value = (name: string) => new RegExp(`${name} = (\\S+)`).exec(text)?.[1] ?? "";
    return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
  }
}

export function stackWith(flags: string[] = []) {
  return base.extend<object, { stack: ClientsStack }>({
    stack: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
      async ({}, use) => {
        const app = new App();
        await app.start();
        const stack = new ClientsStack(app, flags);
        await stack.start();
        await use(stack);
        await stack.stop();
        app.stop();
        rmSync(stack.dir, { recursive: true });
      },
      { scope: "worker" },
    ],
  });
}
