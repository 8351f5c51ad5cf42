import { useState } from "react";
import { Link, Route, Switch } from "wouter";
import { createApi } from "../api/client.ts";
import type { Config } from "../config.ts";
import type { Auth } from "../features/sign-in/auth.ts";
import { authorizedFetch } from "../features/sign-in/authorized-fetch.ts";
import { createTaskList } from "../features/tasks/task-list.ts";
import { TasksPage } from "../features/tasks/tasks-page.tsx";
import { createIds } from "../features/tasks/uuid.ts";
import { Account, Header } from "./header.tsx";
import { MessagePage } from "./message-page.tsx";
import { words } from "./words.ts";

interface SignedInProps {
  config: Config;
  auth: Auth;
  name: string;
  /** `finished` resolves once everything that the person did has been answered. */
  onSignOut: (finished: Promise<void>) => void;
}

/** The app of one person. Mounted anew for another, so that nothing of the one is left for the other. */
export function SignedIn({ config, auth, name, onSignOut }: SignedInProps) {
  const [list] = useState(() =>
    createTaskList(createApi(config.apiUrl, authorizedFetch(auth)), createIds(Date.now)),
  );
  return (
    <>
      <Header>
        <Account name={name} onSignOut={() => onSignOut(list.settled())} />
      </Header>
      <Switch>
        <Route path="/">
          <TasksPage list={list} />
        </Route>
        <Route>
          <MessagePage title={words.notFound} text={words.notFoundText}>
            <Link href="/" className="button border-edge bg-sheet">
              {words.toList}
            </Link>
          </MessagePage>
        </Route>
      </Switch>
    </>
  );
}
