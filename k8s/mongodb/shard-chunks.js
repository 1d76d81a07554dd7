// Spreads the chunks over all shards of a sharded cluster. Once, in mongosh, connected to a mongos as a user with the roles
// clusterManager (of admin) and readWrite (of the database):
//
//   mongosh 'mongodb://sharding@host:27017/?authSource=admin' k8s/mongodb/shard-chunks.js
//
// It changes nothing that is so already, and may be run again. What comes before it and after it: k8s/README.md.

const database = process.env.CONSIGNE_MONGO_DATABASE || "consigne";
const namespace = `${database}.chunks`;

// The service reaches a chunk by its _id alone, "<content id>:<number>", and ids of contents grow with time. Hashed, so that
// what is being written is spread over all shards and not only over the one with the newest ids.
const key = { _id: "hashed" };

if (db.hello().msg !== "isdbgrid") {
  throw new Error("this is not a mongos: connect to the sharded cluster, not to one of its shards");
}

const known = db.getSiblingDB("config").collections.findOne({ _id: namespace });
if (known && known.key && !known.unsplittable) {
  if (JSON.stringify(known.key) !== JSON.stringify(key)) {
    throw new Error(`${namespace} is sharded by ${JSON.stringify(known.key)}, not by ${JSON.stringify(key)}`);
  }
  print(`${namespace} is sharded already`);
} else {
  // Asked for where chunks are there already. It reads every _id once; writes go on meanwhile.
  db.getSiblingDB(database).chunks.createIndex(key);
  sh.shardCollection(namespace, key);
  print(`${namespace} is sharded now`);
}

// The others are small and stay where they are: a manifest is some hundred bytes for each content, `meta` a few documents.
const shards = db.adminCommand({ listShards: 1 }).shards.map((shard) => shard._id);
print(`shards: ${shards.join(", ")}; balancer: ${sh.getBalancerState() ? "on" : "off, sh.startBalancer() switches it on"}`);
