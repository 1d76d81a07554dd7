package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The way from one replica set to shards, as far as it can be gone without a cluster. */
class ShardingTest {
    private static final JsonNode REPLICA_SET = Overlay.PROD.manifests().only("PerconaServerMongoDB");

    private final JsonNode sharded;

    ShardingTest() throws Exception {
        JsonNode patch = StrictManifests.plain(Files.readString(Path.of("k8s/components/sharding/sharding.yaml")));
        sharded = JsonPatch.apply(patch, REPLICA_SET);
    }

    @Test
    void makesTheReplicaSetTheFirstShardOfAClusterThatTheOperatorTakes() {
        assertThat(REPLICA_SET.at("/spec/sharding/enabled").asBoolean()).isFalse();
        assertThat(ResourceSchemas.violations(sharded)).isEmpty();
        assertThat(sharded.at("/spec/sharding/enabled").asBoolean()).isTrue();
        assertThat(sharded.at("/spec/sharding/configsvrReplSet/size").asInt()).isEqualTo(3);
        assertThat(sharded.at("/spec/sharding/mongos/size").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(sharded.at("/spec/replsets")).isEqualTo(REPLICA_SET.at("/spec/replsets"));
    }

    @Test
    void hasRoomInEachRouterForAsManyConnectionsAsTheReplicaSetHas() {
        String path = "/net/maxIncomingConnections";
        assertThat(configured("/spec/sharding/mongos").at(path).asInt())
                .isPositive()
                .isGreaterThanOrEqualTo(configured("/spec/replsets/0").at(path).asInt());
    }

    @Test
    void letsOneUserMakeTheIndexAndShardTheCollection() {
        assertThat(sharded.at("/spec/users"))
                .hasSize(REPLICA_SET.at("/spec/users").size() + 1);
        assertThat(sharded.at("/spec/users/1/roles"))
                .extracting(role ->
                        role.path("name").asText() + "@" + role.path("db").asText())
                .containsExactly("clusterManager@admin", "readWrite@consigne");
    }

    private JsonNode configured(String member) {
        return StrictManifests.plain(sharded.at(member + "/configuration").asText());
    }
}
