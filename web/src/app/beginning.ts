import { type Config, loadConfig } from "../config.ts";
import { type Sent, sendAhead } from "../features/sign-in/ahead.ts";
import { createSessionStore, isGood, type Session } from "../features/sign-in/session.ts";
import { firstPage } from "../features/tasks/api/first-page.ts";
import { type Opened, openList } from "../features/tasks/opened.ts";

/** What takes the network or the disk a while, begun before the app is there to draw it. */
export interface Beginning {
  config: Promise<Config>;
  visit: Visit | undefined;
}

/** A visit with a session. */
export interface Visit {
  owner: string;
  opened: Promise<Opened>;
  /** The first page of the list, if it is what the visit begins with and the session needs no renewal. */
  sent: Promise<Sent | undefined>;
}

/** What has come of a visit's beginning by the time of the first drawing. */
export interface Start {
  opened: Opened;
  sent: Sent | undefined;
}

export type TakeStart = (owner: string) => Start | undefined;

export async function begin(): Promise<Beginning> {
  const config = loadConfig();
  // Whoever waits for them hears of a failure.
  config.catch(() => {});
  const session = createSessionStore(localStorage).read();
  // A sign-in that is being completed may be somebody else's.
  const visits = typeof session === "object" && location.pathname !== "/callback";
  return { config, visit: visits ? beginVisit(session, config) : undefined };
}

export function beginVisit(session: Session, config: Promise<Config>): Visit {
  // Before the list is asked for: what other tabs change from here on is heard.
  const opened = openList(session.username);
  const asks = location.pathname === "/" && isGood(session, Date.now());
  const sent = config.then(
    ({ apiUrl }) => (asks ? sendAhead(apiUrl + firstPage, session) : undefined),
    () => undefined,
  );
  return { owner: session.username, opened, sent };
}
