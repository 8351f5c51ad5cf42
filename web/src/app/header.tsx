import { CircleHelp, LogOut, Settings } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Link } from "wouter";
import { Button, IconButton } from "../components/button.tsx";
import { useShortcuts } from "../components/shortcut.ts";
import { words } from "./words.ts";

const SettingsDialog = lazy(() => import("./settings-dialog.tsx"));
const HelpDialog = lazy(() => import("./help-dialog.tsx"));

/** The head of every page; the static page in index.html draws the same. Help is in the same place on each. */
export function Header({ children }: { children?: ReactNode }) {
  const [open, setOpen] = useState<"help" | "settings">();
  useShortcuts({ "?": () => setOpen("help") });
  const close = () => setOpen(undefined);
  return (
    <header className="head">
      <span className="brand">{words.name}</span>
      {children}
      <div className="tools">
        <IconButton label={words.help} aria-haspopup="dialog" onClick={() => setOpen("help")}>
          <CircleHelp aria-hidden="true" size={20} />
        </IconButton>
        <IconButton label={words.settings} aria-haspopup="dialog" onClick={() => setOpen("settings")}>
          <Settings aria-hidden="true" size={20} />
        </IconButton>
      </div>
      <Suspense>
        {open === "help" && <HelpDialog onClose={close} />}
        {open === "settings" && <SettingsDialog onClose={close} />}
      </Suspense>
    </header>
  );
}

interface AccountProps {
  /** Who is signed in: the e-mail address, or the user name of somebody without one. */
  name: string;
  onSignOut: () => void;
}

export function Account({ name, onSignOut }: AccountProps) {
  return (
    <div className="account">
      <Link href="/account" className="account-name">
        <span className="sr-only">{words.signedInAs}</span>
        <span title={name}>{name}</span>
      </Link>
      <Button look="quiet" onClick={onSignOut}>
        <LogOut aria-hidden="true" size={18} />
        {words.signOut}
      </Button>
    </div>
  );
}
