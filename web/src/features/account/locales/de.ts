import type { Words } from "../words.ts";

export const de: Words = {
  title: "Ihr Konto",
  back: "Zurück zur Liste",
  loading: "Wird geladen …",
  retry: "Noch einmal versuchen",
  signedInAs: (name) => `Sie sind als ${name} angemeldet.`,

  password: {
    title: "Passwort",
    current: "Aktuelles Passwort",
    proposed: "Neues Passwort",
    change: "Passwort ändern",
    changed:
      "Ihr Passwort ist geändert. Andere Geräte bleiben angemeldet; weiter unten können Sie deren Sitzungen beenden.",
  },
  app: {
    title: "Authenticator-App",
    off: "Mit einer Authenticator-App auf Ihrem Telefon reicht ein Passwort allein nicht zum Anmelden: Die App zeigt einen Code an, der ständig wechselt.",
    on: "Beim Anmelden wird nach einem Code Ihrer Authenticator-App gefragt.",
    setUp: "App einrichten",
    replace: "Andere App einrichten",
    remove: "Nicht mehr nach Codes fragen",
    removed: "Beim Anmelden wird nicht mehr nach Codes gefragt. Sie können das Konto in Ihrer App löschen.",
    required:
      "Beim Anmelden wird hier immer nach einem Code gefragt. Sie können eine andere App einrichten, aber nicht darauf verzichten.",
    notOffered: "Authenticator-Apps werden hier nicht verwendet.",
    scan: "Erfassen Sie dieses Bild mit der App oder geben Sie den Schlüssel von Hand ein.",
    picture: "QR-Code mit dem Schlüssel für die App",
    key: "Schlüssel",
    open: "In einer App auf diesem Gerät öffnen",
    code: "Code, den die App anzeigt",
    hint: "6 Ziffern",
    confirm: "Bestätigen",
    cancel: "Abbrechen",
    done: "Fertig. Ab jetzt wird beim Anmelden auch nach einem Code Ihrer App gefragt.",
  },
  passkeys: {
    title: "Passkeys",
    text: "Mit einem Passkey melden Sie sich ohne Passwort an: mit Fingerabdruck, Gesicht oder der PIN Ihres Geräts.",
    add: "Passkey hinzufügen",
    label: (name, day) => `${name || "Passkey"}, hinzugefügt am ${day}`,
    remove: "Entfernen",
    removeOne: (label) => `${label}: entfernen`,
    removed: "Der Passkey ist entfernt. Sie können ihn auch auf Ihrem Gerät löschen.",
    notOffered: "Passkeys werden hier nicht verwendet.",
  },
  sessions: {
    title: "Sitzungen",
    label: (program, signedIn, lastUsed) =>
      `${program}: angemeldet am ${signedIn}, zuletzt genutzt am ${lastUsed}`,
    otherProgram: "Anderes Programm",
    current: "Diese Sitzung",
    endOne: "Beenden",
    endOneOf: (label) => `Sitzung beenden: ${label}`,
    ended: "Die Sitzung ist beendet. Es kann bis zu einer Stunde dauern, bis die Liste dort geschlossen ist.",
    text: "Haben Sie sich auf einem Gerät angemeldet, das Sie nicht mehr haben, oder irgendwo vergessen, sich abzumelden? Beenden Sie alle Sitzungen auf einmal, auch diese. Es kann bis zu einer Stunde dauern, bis die Liste auf anderen Geräten geschlossen ist.",
    end: "Überall abmelden",
  },
  data: {
    title: "Ihre Daten",
    text: "Alles, was über Sie gespeichert ist, in einer Datei (JSON): Ihr Konto und alle Ihre Aufgaben.",
    download: "Herunterladen",
    downloading: "Ihre Daten werden gesammelt …",
    downloaded: "Die Datei ist auf dem Weg in Ihre Downloads.",
  },
  leave: {
    title: "Konto löschen",
    text: "Löscht alle Ihre Aufgaben und dann Ihr Konto, endgültig. Vielleicht möchten Sie vorher Ihre Daten herunterladen.",
    begin: "Konto löschen …",
    confirm: (name) => `Geben Sie zur Bestätigung ${name} ein`,
    finalButton: "Alles endgültig löschen",
    mismatch: "Das ist nicht der Name Ihres Kontos.",
    cancel: "Konto behalten",
    progress: (count) => `Bisher gelöschte Aufgaben: ${count}`,
    interrupted:
      "Das Löschen Ihres Kontos hat begonnen, ist aber nicht zu Ende gekommen. Einige Aufgaben sind vielleicht schon gelöscht. Führen Sie es zu Ende, oder behalten Sie Ihr Konto mit dem, was übrig ist.",
    resume: "Löschen zu Ende führen",
  },

  reasons: {
    "wrong-password": "Das ist nicht Ihr aktuelles Passwort.",
    "password-length": "Das neue Passwort ist zu kurz.",
    "password-upper": "Im neuen Passwort fehlt ein Großbuchstabe.",
    "password-lower": "Im neuen Passwort fehlt ein Kleinbuchstabe.",
    "password-number": "Im neuen Passwort fehlt eine Ziffer.",
    "password-symbol": "Im neuen Passwort fehlt ein Sonderzeichen, zum Beispiel ! oder ?.",
    "password-form":
      "Ein Passwort hat höchstens 256 Zeichen und beginnt und endet nicht mit einem Leerzeichen.",
    "wrong-code":
      "Das ist nicht der Code, den Ihre App gerade anzeigt. Prüfen Sie, ob die Uhren Ihrer Geräte richtig gehen.",
    "too-often": "Das wurde zu oft versucht. Warten Sie eine Weile und versuchen Sie es dann noch einmal.",
    unreachable:
      "Der Server hat nicht geantwortet. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
    failed: "Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.",
  },
};
