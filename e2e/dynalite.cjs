// Serves an empty DynamoDB on a free port of this machine, prints its address and ends when its standard input does, so
// that it never outlives whoever started it:
//
//   sleep infinity | node e2e/dynalite.cjs [--explain]
//
// --explain teaches it ReturnValuesOnConditionCheckFailure, which dynalite 4 does not know: a write that its condition
// refuses is then told the item, as DynamoDB does.
const dynalite = require("dynalite");

if (process.argv.includes("--explain")) {
  for (const action of ["putItem", "updateItem", "deleteItem"]) {
    require(`dynalite/validations/${action}`).types.ReturnValuesOnConditionCheckFailure = "String";
  }
  const db = require("dynalite/db");
  const check = db.checkConditional;
  db.checkConditional = (request, found) => {
    const refusal = check(request, found);
    if (refusal && found && request.ReturnValuesOnConditionCheckFailure === "ALL_OLD") {
      refusal.body.Item = found;
    }
    return refusal;
  };
}

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
// Dynalite throws the error of a request that its client breaks off, which would end the server.
server.on("request", (request) => request.removeAllListeners("error"));
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.resume().on("end", () => process.exit());
