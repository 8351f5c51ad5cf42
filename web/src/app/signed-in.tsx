import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { createApi } from "../api/client.ts";
import { Button } from "../components/button.tsx";
import type { Config } from "../config.ts";
import { createDeletionMark } from "../features/account/deletion-mark.ts";
import type { Auth } from "../features/sign-in/auth.ts";
import { authorizedFetch } from "../features/sign-in/authorized-fetch.ts";
import { createDrafts } from "../features/tasks/drafts.ts";
import { openKeep } from "../features/tasks/keep.ts";
import { createTaskList } from "../features/tasks/task-list.ts";
import { TasksPage } from "../features/tasks/tasks-page.tsx";
import { createIds } from "../features/tasks/uuid.ts";
import type { TakeStart } from "./beginning.ts";
import { Account, Header } from "./header.tsx";
import { MessagePage, SigningOut } from "./message-page.tsx";
import { words } from "./words.ts";

/** Seldom needed, so that the list does not wait for it. */
const AccountPage = lazy(() => import("../features/account/account-page.tsx"));

interface SignedInProps {
  config: Config;
  auth: Auth;
  takeStart: TakeStart;
  owner: string;
  /** The e-mail address, or the user name of somebody without one. */
  name: string;
  /** Leaves for good; `cleanUp` removes what this browser keeps of the person. */
  onSignOut: (cleanUp: () => Promise<void>) => void;
}

/** How long a sign-out, or the deletion of the account, waits for what is still on its way to the server. */
const patience = 5_000;

/** The app of one person. Mounted anew for another, so that nothing of the one is left for the other. */
export function SignedIn({ config, auth, takeStart, owner, name, onSignOut }: SignedInProps) {
  const [start] = useState(() => takeStart(owner));
  const [api] = useState(() => createApi(config.apiUrl, authorizedFetch(auth, start?.sent)));
  const [list] = useState(() =>
    createTaskList({
      api,
      keep: start?.opened.keep ?? openKeep(owner),
      opened: start?.opened,
      newId: createIds(Date.now),
      owner,
    }),
  );
  useEffect(() => list.start(), [list]);
  const [drafts] = useState(() => createDrafts(sessionStorage, owner));
  const [deletion] = useState(() => createDeletionMark(localStorage, owner));
  const [path, navigate] = useLocation();
  const last = useRef(path);
  useEffect(() => {
    // The link that led here is out of place, or gone: reading goes on at the head of the page.
    if (path !== last.current) document.querySelector("h1")?.focus();
    last.current = path;
  }, [path]);
  useEffect(() => {
    if (deletion.begun()) navigate("/account", { replace: true });
  }, [deletion, navigate]);
  /** While leaving: how many changes are left unsent, once that is known. */
  const [leaving, setLeaving] = useState<"no" | "sending" | number>("no");
  const leave = () => onSignOut(list.erase);
  const settled = async () => {
    const waited = new Promise<void>((resolve) => setTimeout(resolve, patience));
    await Promise.race([list.settled(), waited]);
  };
  const signOut = async () => {
    setLeaving("sending");
    await settled();
    const unsent = list.queue().wishes.length;
    if (unsent === 0) leave();
    else setLeaving(unsent);
  };

  if (leaving === "sending") return <SigningOut />;
  if (leaving !== "no") {
    return (
      <>
        <Header />
        <MessagePage title={words.unsent(leaving)} text={words.unsentText}>
          <Button look="primary" onClick={() => setLeaving("no")}>
            {words.toList}
          </Button>
          <Button look="danger" onClick={leave}>
            {words.signOutAnyway}
          </Button>
        </MessagePage>
      </>
    );
  }
  return (
    <>
      <Header>
        <Account name={name} onSignOut={() => void signOut()} />
      </Header>
      <Switch>
        <Route path="/">
          <TasksPage list={list} drafts={drafts} />
        </Route>
        <Route path="/account">
          <Suspense>
            <AccountPage
              api={api}
              access={{ issuer: config.issuer, accessToken: auth.accessToken, expire: auth.expire }}
              deletion={deletion}
              site={words.name}
              settled={settled}
              onAddPasskey={() => auth.begin("add-passkey", "/account")}
              onSignOut={() => void signOut()}
              onInterrupted={() => void list.client.invalidateQueries()}
              onGone={leave}
            />
          </Suspense>
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
