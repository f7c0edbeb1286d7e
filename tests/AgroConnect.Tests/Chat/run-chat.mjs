// Runs the TypeScript client for a test: lines of standard input are sent, messages are printed as JSON, one a line.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [module, webSocket, url, token, conversation] = process.argv.slice(2);
globalThis.WebSocket ??= (await import(pathToFileURL(webSocket))).WebSocket;
const { Chat } = await import(pathToFileURL(module));
const chat = new Chat(url, async () => token, message => console.log(JSON.stringify(message)), frame => frame.type === "error" && console.error(JSON.stringify(frame)));
chat.follow(Number(conversation), 0);
createInterface({ input: process.stdin }).on("line", text => chat.send(Number(conversation), text)).on("close", () => process.exit(0));
