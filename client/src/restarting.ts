import { CloseAction, type ErrorHandler } from "vscode-languageclient/node";

/** The language client's own way with a server that ends (again, up to four times in three minutes), in words that say what it means for the user. */
export function restarting(makeDefault: () => ErrorHandler): ErrorHandler {
  let handler: ErrorHandler | undefined; // the client that makes it does not exist yet when this is called
  const inner = (): ErrorHandler => {
    handler ??= makeDefault();
    return handler;
  };
  return {
    error: (error, message, count) => inner().error(error, message, count),
    async closed() {
      const result = await inner().closed();
      const message =
        result.action === CloseAction.Restart
          ? "Ballast's analysis stopped unexpectedly and starts again."
          : "Ballast's analysis stopped five times within three minutes and stays off until the window is reloaded. The output channel “Ballast” says why.";
      return { ...result, message };
    },
  };
}
