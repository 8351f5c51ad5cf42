import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./flaky.ts";
import { add, register, sent, signIn, signOut, tasks } from "./people.ts";
import { test as base, dynalite, expect, newEmail, Stack } from "./stack.ts";

const port = (server: Server) => (server.address() as AddressInfo).port;

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** Passes connections on to the ports in turn, and to the next one where nobody listens. */
function balance(ports: number[]): Promise<Server> {
  let turn = 0;
  return listening(
    createServer((client: Socket) => {
      const order = [...ports, ...ports].slice(turn, turn + ports.length);
      turn = (turn + 1) % ports.length;
      client.on("error", () => client.destroy());
      const attempt = () => {
        const next = order.shift();
        if (!next) return client.destroy();
        const server = connect(next, "127.0.0.1");
        server.once("error", attempt);
        server.once("connect", () => {
          server.off("error", attempt);
          server.on("error", () => client.destroy());
          client.pipe(server).pipe(client);
        });
      };
      attempt();
    }),
  );
}

/** Two servers that keep nothing themselves, over one table and the accounts of a third, behind a balancer. */
interface Cluster {
  url: string;
  issuer: Stack;
  servers: [Stack, Stack];
}

const test = base.extend<object, { cluster: Cluster; stack: Stack }>({
  cluster: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), "todo-e2e-"));
      const ports = [await freePort(), await freePort()] as const;
      const balancer = await balance([...ports]);
      const url = `http://localhost:${port(balancer)}`;

      const template = join(dir, "template.yaml");
      writeFileSync(template, readFileSync("../template.yaml", "utf8").replaceAll("http://localhost:8080/", `${url}/`));
      const issuer = new Stack(join(dir, "accounts"), ["--template", template]);
      await issuer.start();
      const config = await (await fetch(`${issuer.url}/config.json`)).json();

      Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
      const table = await dynalite();
      const place = ["--table", "todo", "--table-endpoint", table.url, "--table-region", "us-east-1"];
      execFileSync("../bin/todo", ["table", "create", ...place]);
      const flags = ["--public-url", url, "--issuer", config.APP_ISSUER, "--client-id", config.APP_CLIENT_ID, ...place];
      const servers: [Stack, Stack] = [new Stack(join(dir, "first"), flags), new Stack(join(dir, "second"), flags)];
      await Promise.all(servers.map((server, i) => server.start(`127.0.0.1:${ports[i]}`)));

      await use({ url, issuer, servers });

      balancer.close();
      await Promise.all([issuer, ...servers].map((server) => server.stop()));
      table.stop();
      rmSync(dir, { recursive: true });
    },
    { scope: "worker" },
  ],
  stack: [async ({ cluster }, use) => use(cluster.issuer), { scope: "worker" }],
  baseURL: async ({ cluster }, use) => use(cluster.url),
});

test("a list is kept while one server after the other is killed and comes back", async ({ page, cluster }) => {
  const email = newEmail();
  await register(page, cluster.issuer, email);
  await add(page, "Buy milk");
  const texts = ["Buy milk"];
  for (const [i, server] of cluster.servers.entries()) {
    await server.stop("SIGKILL");
    texts.push(`Water plant ${i}`);
    await add(page, `Water plant ${i}`);
    await page.reload();
    await expect(tasks(page)).toHaveText(texts);
    const tick = page.getByRole("checkbox", { name: `Water plant ${i}` });
    expect(await sent(page, /^POST .*\/done$/, () => tick.click())).toBe(200);
    await signOut(page);
    await signIn(page, email);
    await expect(tasks(page)).toHaveText(texts);
    await expect(page.getByRole("checkbox", { name: `Water plant ${i}` })).toBeChecked();
    await server.again();
  }
});
