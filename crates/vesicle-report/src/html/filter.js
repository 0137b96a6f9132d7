// Hides the rows of the audit that lack the words or the status asked for; without it, every row is shown.
(function () {
  var table = document.getElementById("audit-rows");
  if (!table) { return; }
  var words = document.getElementById("audit-words");
  var status = document.getElementById("audit-status");
  var left = document.getElementById("audit-left");
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  function show() {
    var want = words.value.toLowerCase();
    var shown = rows.filter(function (row) {
      var right = status.value === "" || row.getAttribute("data-status") === status.value;
      var keep = right ? row.textContent.toLowerCase().indexOf(want) !== -1 : false;
      row.hidden = !keep;
      return keep;
    });
    left.textContent = shown.length + " of " + rows.length + " rows";
  }
  words.addEventListener("input", show);
  status.addEventListener("change", show);
  document.querySelector(".filter").hidden = false;
  show();
}());
// Opens what is folded before the page is printed, so that paper shows everything.
window.addEventListener("beforeprint", function () {
  Array.prototype.forEach.call(document.querySelectorAll("details"), function (d) { d.open = true; });
});
