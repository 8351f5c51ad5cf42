import type { Words } from "../words.ts";

export const ptBR: Words = {
  title: "Sua conta",
  back: "Voltar à sua lista",
  loading: "Carregando…",
  retry: "Tentar de novo",
  signedInAs: (name) => `Você entrou como ${name}.`,

  password: {
    title: "Senha",
    current: "Senha atual",
    proposed: "Nova senha",
    change: "Alterar senha",
    changed:
      "Sua senha foi alterada. Outros dispositivos continuam conectados; você pode encerrar as sessões deles abaixo.",
  },
  app: {
    title: "Aplicativo autenticador",
    off: "Com um aplicativo autenticador no celular, só a senha não basta para entrar: o aplicativo mostra um código que muda o tempo todo.",
    on: "Para entrar, é pedido um código do seu aplicativo autenticador.",
    setUp: "Configurar um aplicativo",
    replace: "Configurar outro aplicativo",
    remove: "Parar de pedir códigos",
    removed: "Não são mais pedidos códigos para entrar. Você pode apagar a conta no seu aplicativo.",
    required:
      "Aqui sempre é pedido um código para entrar. Você pode configurar outro aplicativo, mas não ficar sem ele.",
    notOffered: "Aplicativos autenticadores não são usados aqui.",
    scan: "Escaneie esta imagem com o aplicativo ou digite a chave manualmente.",
    picture: "Código QR com a chave para o aplicativo",
    key: "Chave",
    open: "Abrir em um aplicativo deste dispositivo",
    code: "Código que o aplicativo mostra",
    hint: "6 dígitos",
    confirm: "Confirmar",
    cancel: "Cancelar",
    done: "Pronto. De agora em diante, também será pedido um código do seu aplicativo para entrar.",
  },
  passkeys: {
    title: "Chaves de acesso",
    text: "Com uma chave de acesso, você entra com sua digital, seu rosto ou o PIN do seu dispositivo, sem senha.",
    add: "Adicionar uma chave de acesso",
    label: (name, day) => `${name || "Chave de acesso"}, adicionada em ${day}`,
    remove: "Remover",
    removeOne: (label) => `Remover ${label}`,
    removed: "A chave de acesso foi removida. Você também pode apagá-la do seu dispositivo.",
    notOffered: "Chaves de acesso não são usadas aqui.",
  },
  sessions: {
    title: "Sessões",
    text: "Você entrou em um dispositivo que não tem mais ou esqueceu de sair em algum lugar? Encerre todas as sessões de uma vez, inclusive esta. Pode levar até uma hora para a lista se fechar em outros dispositivos.",
    end: "Sair de todos os lugares",
  },
  data: {
    title: "Seus dados",
    text: "Tudo o que é guardado sobre você, em um arquivo (JSON): sua conta e todas as suas tarefas.",
    download: "Baixar",
    downloading: "Reunindo seus dados…",
    downloaded: "O arquivo está a caminho dos seus downloads.",
  },
  leave: {
    title: "Excluir sua conta",
    text: "Exclui todas as suas tarefas e depois sua conta, para sempre. Talvez você queira baixar seus dados antes.",
    begin: "Excluir conta…",
    confirm: (name) => `Para confirmar, digite ${name}`,
    finalButton: "Excluir tudo para sempre",
    mismatch: "Este não é o nome da sua conta.",
    cancel: "Manter minha conta",
    progress: (count) => `Tarefas excluídas até agora: ${count}`,
    interrupted:
      "A exclusão da sua conta começou, mas não chegou ao fim. Algumas tarefas talvez já não existam. Termine a exclusão ou mantenha sua conta com o que restou.",
    resume: "Terminar a exclusão",
  },

  reasons: {
    "wrong-password": "Esta não é sua senha atual.",
    "password-length": "A nova senha é curta demais.",
    "password-upper": "Falta uma letra maiúscula na nova senha.",
    "password-lower": "Falta uma letra minúscula na nova senha.",
    "password-number": "Falta um número na nova senha.",
    "password-symbol": "Falta um símbolo na nova senha, como ! ou ?.",
    "password-form": "Uma senha tem no máximo 256 caracteres e não começa nem termina com espaço.",
    "wrong-code":
      "Este não é o código que seu aplicativo mostra agora. Confira se os relógios dos seus dispositivos estão certos.",
    "too-often": "Houve tentativas demais. Espere um pouco e tente de novo.",
    unreachable: "O servidor não respondeu. Confira sua conexão e tente de novo.",
    failed: "Não deu certo. Tente de novo daqui a pouco.",
  },
};
