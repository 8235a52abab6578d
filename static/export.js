// Writes an export to a file as it arrives, and shows how much has arrived.
// In browsers where scripts cannot write files, the form is submitted and the file downloads as usual.
"use strict";

for (const form of document.querySelectorAll("[data-export]")) {
  const progress = form.querySelector("[data-progress]");
  const megabytes = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  });
  const say = (words, bytes) => {
    progress.textContent = words.replace("{size}", megabytes.format(bytes / 1e6));
  };

  const isFile = (answer) => answer.headers.get("Content-Disposition")?.startsWith("attachment");

  const write = async (answer, sink) => {
    let bytes = 0;
    let said = 0;
    const count = new TransformStream({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (Date.now() - said > 1000) {
          say(form.dataset.received, bytes);
          said = Date.now();
        }
        controller.enqueue(chunk);
      },
    });
    await answer.body.pipeThrough(count).pipeTo(sink);
    say(form.dataset.done, bytes);
  };

  form.addEventListener("submit", async (event) => {
    if (!window.showSaveFilePicker) return;
    event.preventDefault();
    let sink;
    try {
      const file = await window.showSaveFilePicker({ suggestedName: form.dataset.name });
      sink = await file.createWritable();
    } catch (error) {
      if (error.name !== "AbortError") form.submit(); // the browser cannot do it: an ordinary download
      return;
    }
    progress.textContent = form.dataset.making; // a spreadsheet sends nothing before it is whole
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && isFile(answer)) return await write(answer, sink);
      await sink.abort();
      form.submit(); // the page says what is wrong, or asks for the password
    } catch {
      sink.abort().catch(() => {}); // closed already, if the download broke off
      progress.textContent = form.dataset.broken; // the file keeps its former contents
    }
  });
}
