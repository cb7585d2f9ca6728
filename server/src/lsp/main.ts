import { createConnection, LSPErrorCodes, Message, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server.ts";

const error = { code: LSPErrorCodes.RequestCancelled, message: "cancelled" };

// How the client talks to us (Node's IPC, or standard input and output) it says on the command line.
startServer(
  createConnection(ProposedFeatures.all, {
    // A request that is taken back while it waits for its turn costs nothing.
    cancelUndispatched: (message) => (Message.isRequest(message) ? { jsonrpc: message.jsonrpc, id: message.id, error } : undefined),
  }),
);
