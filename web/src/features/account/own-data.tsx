import { useState } from "react";
import type { Api } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import type { Pool } from "./api/pool.ts";
import { gather, save } from "./download.ts";
import { Outcome, Section } from "./parts.tsx";
import { useAction } from "./use-action.ts";
import { words } from "./words.ts";

export function OwnData({ pool, api }: { pool: Pool; api: Api }) {
  const { run, busy, failure } = useAction();
  const [saved, setSaved] = useState(false);
  const download = async () => {
    setSaved(false);
    const done = await run(async () => {
      const now = new Date();
      save(await gather(pool, api, now), `todo-${now.toISOString().slice(0, 10)}.json`);
    });
    if (done) setSaved(true);
  };
  const news = busy ? words.data.downloading : saved ? words.data.downloaded : undefined;
  return (
    <Section title={words.data.title}>
      <p>{words.data.text}</p>
      <Outcome good={news} failure={failure} />
      <Button aria-disabled={busy} onClick={() => void download()}>
        {words.data.download}
      </Button>
    </Section>
  );
}
