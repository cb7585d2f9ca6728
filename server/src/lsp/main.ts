import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server.ts";

// How the client talks to us (Node's IPC, or standard input and output) it says on the command line.
startServer(createConnection(ProposedFeatures.all));
