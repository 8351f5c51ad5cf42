import { LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Button } from "../components/button.tsx";
import { words } from "./words.ts";

/** The head of every page; the static page in index.html draws the same. */
export function Header({ children }: { children?: ReactNode }) {
  return (
    <header className="head">
      <span className="brand">{words.name}</span>
      {children}
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
      <Link href="/account" className="account-name" title={name}>
        <span className="sr-only">{words.signedInAs}</span>
        <span>{name}</span>
      </Link>
      <Button look="quiet" onClick={onSignOut}>
        <LogOut aria-hidden="true" size={18} />
        {words.signOut}
      </Button>
    </div>
  );
}
