import type { Words } from "../words.ts";

export const es: Words = {
  title: "Su cuenta",
  back: "Volver a su lista",
  loading: "Cargando…",
  retry: "Intentar de nuevo",
  signedInAs: (name) => `Ha iniciado sesión como ${name}.`,

  password: {
    title: "Contraseña",
    current: "Contraseña actual",
    proposed: "Contraseña nueva",
    change: "Cambiar contraseña",
    changed:
      "Su contraseña ha cambiado. La sesión sigue abierta en otros dispositivos; puede cerrarla más abajo.",
  },
  app: {
    title: "Aplicación de autenticación",
    off: "Con una aplicación de autenticación en el teléfono, la contraseña sola no basta para iniciar sesión: la aplicación muestra un código que cambia continuamente.",
    on: "Al iniciar sesión se pide un código de su aplicación de autenticación.",
    setUp: "Configurar una aplicación",
    replace: "Configurar otra aplicación",
    remove: "Dejar de pedir códigos",
    removed: "Al iniciar sesión ya no se piden códigos. Puede borrar la cuenta en su aplicación.",
    required:
      "Aquí siempre se pide un código al iniciar sesión. Puede configurar otra aplicación, pero no prescindir de ella.",
    notOffered: "Aquí no se usan aplicaciones de autenticación.",
    scan: "Escanee esta imagen con la aplicación o escriba la clave a mano.",
    picture: "Código QR con la clave para la aplicación",
    key: "Clave",
    open: "Abrir en una aplicación de este dispositivo",
    code: "Código que muestra la aplicación",
    hint: "6 cifras",
    confirm: "Confirmar",
    cancel: "Cancelar",
    done: "Listo. A partir de ahora, al iniciar sesión también se pedirá un código de su aplicación.",
  },
  passkeys: {
    title: "Llaves de acceso",
    text: "Con una llave de acceso inicia sesión con su huella, su cara o el PIN de su dispositivo, sin contraseña.",
    add: "Añadir una llave de acceso",
    label: (name, day) => `${name || "Llave de acceso"}, añadida el ${day}`,
    remove: "Quitar",
    removeOne: (label) => `Quitar ${label}`,
    removed: "La llave de acceso se ha quitado. También puede borrarla de su dispositivo.",
    notOffered: "Aquí no se usan llaves de acceso.",
  },
  sessions: {
    title: "Sesiones",
    label: (program, signedIn, lastUsed) =>
      `${program}: inicio de sesión el ${signedIn}, último uso el ${lastUsed}`,
    otherProgram: "Otro programa",
    current: "Esta sesión",
    endOne: "Cerrar",
    endOneOf: (label) => `Cerrar la sesión ${label}`,
    ended: "La sesión se ha cerrado. La lista puede tardar hasta una hora en cerrarse allí.",
    text: "¿Inició sesión en un dispositivo que ya no tiene u olvidó cerrarla en algún sitio? Cierre todas las sesiones a la vez, también esta. La lista puede tardar hasta una hora en cerrarse en otros dispositivos.",
    end: "Cerrar sesión en todas partes",
  },
  data: {
    title: "Sus datos",
    text: "Todo lo que se guarda sobre usted, en un archivo (JSON): su cuenta y todas sus tareas.",
    download: "Descargar",
    downloading: "Reuniendo sus datos…",
    downloaded: "El archivo va camino de sus descargas.",
  },
  leave: {
    title: "Eliminar su cuenta",
    text: "Elimina todas sus tareas y después su cuenta, para siempre. Quizá quiera descargar antes sus datos.",
    begin: "Eliminar cuenta…",
    confirm: (name) => `Para confirmar, escriba ${name}`,
    finalButton: "Eliminar todo para siempre",
    mismatch: "Ese no es el nombre de su cuenta.",
    cancel: "Conservar mi cuenta",
    progress: (count) => `Tareas eliminadas hasta ahora: ${count}`,
    interrupted:
      "La eliminación de su cuenta empezó, pero no llegó a terminar. Puede que algunas tareas ya no estén. Termínela o conserve su cuenta con lo que queda.",
    resume: "Terminar de eliminar",
  },

  reasons: {
    "wrong-password": "Esta no es su contraseña actual.",
    "password-length": "La contraseña nueva es demasiado corta.",
    "password-upper": "A la contraseña nueva le falta una letra mayúscula.",
    "password-lower": "A la contraseña nueva le falta una letra minúscula.",
    "password-number": "A la contraseña nueva le falta un número.",
    "password-symbol": "A la contraseña nueva le falta un símbolo, como ! o ?.",
    "password-form":
      "Una contraseña tiene 256 caracteres como máximo y no empieza ni termina con un espacio.",
    "wrong-code":
      "Este no es el código que muestra ahora su aplicación. Compruebe que los relojes de sus dispositivos estén en hora.",
    "too-often": "Ha habido demasiados intentos. Espere un rato e inténtelo de nuevo.",
    unreachable: "El servidor no ha respondido. Compruebe su conexión e inténtelo de nuevo.",
    failed: "No ha funcionado. Inténtelo de nuevo en un momento.",
  },
};
