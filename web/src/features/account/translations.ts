import { speak, translate } from "../../i18n/speech.ts";
import { words } from "./words.ts";

translate(
  { words },
  {
    es: async () => ({ words: (await import("./locales/es.ts")).es }),
    "pt-BR": async () => ({ words: (await import("./locales/pt-br.ts")).ptBR }),
    de: async () => ({ words: (await import("./locales/de.ts")).de }),
    fr: async () => ({ words: (await import("./locales/fr.ts")).fr }),
    ja: async () => ({ words: (await import("./locales/ja.ts")).ja }),
    ar: async () => ({ words: (await import("./locales/ar.ts")).ar }),
  },
);
// Before the page is drawn. Out of reach, it is said in English.
await speak().catch(() => {});
