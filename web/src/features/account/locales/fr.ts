import type { Words } from "../words.ts";

export const fr: Words = {
  title: "Votre compte",
  back: "Retour à votre liste",
  loading: "Chargement…",
  retry: "Réessayer",
  signedInAs: (name) => `Vous êtes connecté en tant que ${name}.`,

  password: {
    title: "Mot de passe",
    current: "Mot de passe actuel",
    proposed: "Nouveau mot de passe",
    change: "Changer le mot de passe",
    changed:
      "Votre mot de passe est changé. Les autres appareils restent connectés ; vous pouvez mettre fin à leurs sessions ci-dessous.",
  },
  app: {
    title: "Application d’authentification",
    off: "Avec une application d’authentification sur votre téléphone, le mot de passe seul ne suffit plus pour se connecter : l’application affiche un code qui change sans cesse.",
    on: "Un code de votre application d’authentification est demandé à la connexion.",
    setUp: "Configurer une application",
    replace: "Configurer une autre application",
    remove: "Ne plus demander de code",
    removed:
      "Aucun code n’est plus demandé à la connexion. Vous pouvez supprimer le compte dans votre application.",
    required:
      "Ici, un code est toujours demandé à la connexion. Vous pouvez configurer une autre application, mais pas vous en passer.",
    notOffered: "Les applications d’authentification ne sont pas utilisées ici.",
    scan: "Scannez cette image avec l’application ou saisissez la clé à la main.",
    picture: "Code QR contenant la clé pour l’application",
    key: "Clé",
    open: "Ouvrir dans une application de cet appareil",
    code: "Code affiché par l’application",
    hint: "6 chiffres",
    confirm: "Confirmer",
    cancel: "Annuler",
    done: "C’est fait. Désormais, un code de votre application sera aussi demandé à la connexion.",
  },
  passkeys: {
    title: "Clés d’accès",
    text: "Une clé d’accès vous connecte avec votre empreinte, votre visage ou le code de votre appareil, sans mot de passe.",
    add: "Ajouter une clé d’accès",
    label: (name, day) => `${name || "Clé d’accès"}, ajoutée le ${day}`,
    remove: "Retirer",
    removeOne: (label) => `Retirer ${label}`,
    removed: "La clé d’accès est retirée. Vous pouvez aussi la supprimer de votre appareil.",
    notOffered: "Les clés d’accès ne sont pas utilisées ici.",
  },
  sessions: {
    title: "Sessions",
    label: (program, signedIn, lastUsed) =>
      `${program} : connexion le ${signedIn}, dernière utilisation le ${lastUsed}`,
    otherProgram: "Autre programme",
    current: "Cette session",
    endOne: "Mettre fin",
    endOneOf: (label) => `Mettre fin à la session ${label}`,
    ended: "La session est terminée. Il peut s’écouler jusqu’à une heure avant que la liste y soit fermée.",
    text: "Vous vous êtes connecté sur un appareil que vous n’avez plus, ou vous avez oublié de vous déconnecter quelque part ? Mettez fin à toutes les sessions à la fois, celle-ci comprise. Il peut s’écouler jusqu’à une heure avant que la liste soit fermée sur les autres appareils.",
    end: "Se déconnecter partout",
  },
  data: {
    title: "Vos données",
    text: "Tout ce qui est conservé à votre sujet, en un fichier (JSON) : votre compte et toutes vos tâches.",
    download: "Télécharger",
    downloading: "Vos données sont rassemblées…",
    downloaded: "Le fichier est en route vers vos téléchargements.",
  },
  leave: {
    title: "Supprimer votre compte",
    text: "Supprime toutes vos tâches, puis votre compte, définitivement. Vous voudrez peut-être télécharger vos données avant.",
    begin: "Supprimer le compte…",
    confirm: (name) => `Pour confirmer, saisissez ${name}`,
    finalButton: "Tout supprimer définitivement",
    mismatch: "Ce n’est pas le nom de votre compte.",
    cancel: "Garder mon compte",
    progress: (count) => `Tâches supprimées jusqu’ici : ${count}`,
    interrupted:
      "La suppression de votre compte a commencé, mais n’est pas allée jusqu’au bout. Certaines tâches ont peut-être déjà disparu. Terminez-la ou gardez votre compte avec ce qui reste.",
    resume: "Terminer la suppression",
  },

  reasons: {
    "wrong-password": "Ce n’est pas votre mot de passe actuel.",
    "password-length": "Le nouveau mot de passe est trop court.",
    "password-upper": "Il manque une majuscule au nouveau mot de passe.",
    "password-lower": "Il manque une minuscule au nouveau mot de passe.",
    "password-number": "Il manque un chiffre au nouveau mot de passe.",
    "password-symbol": "Il manque un symbole au nouveau mot de passe, comme ! ou ?.",
    "password-form":
      "Un mot de passe compte au plus 256 caractères et ne commence ni ne finit par une espace.",
    "wrong-code":
      "Ce n’est pas le code que votre application affiche en ce moment. Vérifiez que vos appareils sont à l’heure.",
    "too-often": "Il y a eu trop de tentatives. Patientez un moment, puis réessayez.",
    unreachable: "Le serveur n’a pas répondu. Vérifiez votre connexion et réessayez.",
    failed: "Cela n’a pas fonctionné. Réessayez dans un instant.",
  },
};
