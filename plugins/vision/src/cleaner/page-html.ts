/** The page before its script has asked what there is to review. */
export const CLEANER_HTML: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fastap clean</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
</head>
<body>
<header>
  <h1>fastap clean</h1>
  <label>Class <select id="class"></select></label>
  <label>Split <select id="split"><option value="train">Train</option><option value="valid">Valid</option></select></label>
  <p id="counts" role="status"></p>
  <button id="done" type="button">Done</button>
</header>
<p id="problem" role="alert" hidden></p>
<main id="grid" aria-label="Images, highest loss first"></main>
<nav aria-label="Pages">
  <button id="previous" type="button">← Previous</button>
  <span id="place"></span>
  <button id="next" type="button">Next →</button>
</nav>
<footer>
  <p><kbd>←</kbd><kbd>→</kbd><kbd>↑</kbd><kbd>↓</kbd> move · <kbd>k</kbd> keep · <kbd>d</kbd> delete · <kbd>p</kbd> take the prediction · <kbd>1</kbd>…<kbd>9</kbd> a class · <kbd>n</kbd> <kbd>b</kbd> pages</p>
  <p id="file"></p>
</footer>
<dialog id="end"><h2>Done</h2><p id="summary"></p></dialog>
<script type="module" src="page.js"></script>
</body>
</html>
`;
