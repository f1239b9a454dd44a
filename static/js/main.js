// Starts the small helps that a page asks for: <form data-module="locate"> loads modules/locate.js
// and calls it with that element. Every page works without any of them.
for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    import(`./modules/${name}.js`).then((module) => module.default(element));
  }
}
