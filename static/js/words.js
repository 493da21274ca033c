// Sentences of scripts in the language of the page: English is the key, and the page carries what it reads instead.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const said = (sentence) => words[sentence] ?? sentence;
