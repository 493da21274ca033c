// Reads a JSON list of HTML texts, writes what each of these readers does not know of them. The packages lie in the
// folder given as the argument.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { doIUseEmail } = createRequire(`${process.argv[2]}/`)("@jsx-email/doiuse-email");
const emailClients = ["gmail.*", "outlook.*", "yahoo.*", "aol.*", "apple-mail.*", "samsung-email.*"];
const letters = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(letters.map((html) => doIUseEmail(html, { emailClients }).errors ?? [])));
