package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.quarkus.agroal.runtime.DataSourceJdbcRuntimeConfig;
import io.quarkus.mongodb.runtime.MongoClientConfig;
import io.quarkus.reactive.datasource.runtime.DataSourceReactiveRuntimeConfig;
import java.time.LocalTime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stores that the overlays bring, and that they have room for the service. */
class StoresPolicyTest {
    private static final Manifests DEV = Overlay.DEV.manifests();
    private static final Manifests PROD = Overlay.PROD.manifests();

    private static final Set<String> DEV_STORES = Set.of("Namespace", "Cluster", "MongoDBCommunity");
    private static final Set<String> PROD_STORES =
            Set.of("Namespace", "Cluster", "PerconaServerMongoDB", "ObjectStore", "ScheduledBackup", "ExternalSecret");

    /** What PostgreSQL and its operator need for themselves, and people for a look. */
    private static final int OTHERS_IN_POSTGRES = 20;

    /** Members of the replica set, its operator and the backup, and people for a look. */
    private static final int OTHERS_IN_MONGO = 100;

    @Test
    void hasOnePostgresAndThreeMongoDbMembersInDevelopment() {
        assertThat(DEV.only("Cluster").at("/spec/instances").asInt()).isEqualTo(1);
        assertThat(DEV.only("MongoDBCommunity").at("/spec/members").asInt()).isEqualTo(3);
        assertThat(DEV.only("MongoDBCommunity")
                        .at("/spec/security/authentication/modes/0")
                        .asText())
                .isEqualTo("SCRAM");
    }

    @Test
    void keepsInProductionWhatWasAcknowledgedOnTwoOfThree() {
        JsonNode cluster = PROD.only("Cluster").path("spec");
        assertThat(cluster.path("instances").asInt()).isEqualTo(3);
        JsonNode synchronous = cluster.at("/postgresql/synchronous");
        assertThat(synchronous.path("method").asText()).isEqualTo("any");
        assertThat(synchronous.path("number").asInt()).isEqualTo(1);
        assertThat(synchronous.path("dataDurability").asText()).isEqualTo("required");
        assertThat(synchronous.path("failoverQuorum").asBoolean()).isTrue();
        assertThat(cluster.at("/postgresql/parameters/synchronous_commit").asText("on"))
                .isEqualTo("on");
        assertThat(cluster.at("/postgresql/parameters/fsync").asText("on")).isEqualTo("on");
        assertThat(PROD.only("PerconaServerMongoDB").at("/spec/replsets/0/size").asInt())
                .isEqualTo(3);
        assertThat(PROD.only("PerconaServerMongoDB").at("/spec/unsafeFlags").isMissingNode())
                .isTrue();
    }

    @Test
    void keepsTheMembersOfAStoreOnDifferentNodes() {
        JsonNode affinity = PROD.only("Cluster").at("/spec/affinity");
        assertThat(affinity.path("enablePodAntiAffinity").asBoolean()).isTrue();
        assertThat(affinity.path("podAntiAffinityType").asText()).isEqualTo("required");
        JsonNode members = PROD.only("PerconaServerMongoDB").at("/spec/replsets/0");
        assertThat(members.at("/affinity/antiAffinityTopologyKey").asText()).isEqualTo("kubernetes.io/hostname");
        assertThat(members.at("/podDisruptionBudget/maxUnavailable").asInt()).isEqualTo(1);
    }

    @Test
    void backsUpBothStoresAllTheTimeAndTheirBasesInTheRightOrder() {
        JsonNode cluster = PROD.only("Cluster");
        JsonNode plugin = cluster.at("/spec/plugins/0");
        assertThat(plugin.path("isWALArchiver").asBoolean()).isTrue();
        assertThat(plugin.at("/parameters/barmanObjectName").asText())
                .isEqualTo(PROD.only("ObjectStore").at("/metadata/name").asText());
        JsonNode scheduled = PROD.only("ScheduledBackup").path("spec");
        assertThat(scheduled.at("/cluster/name").asText())
                .isEqualTo(cluster.at("/metadata/name").asText());
        assertThat(scheduled.at("/pluginConfiguration/name").asText())
                .isEqualTo(plugin.path("name").asText());

        JsonNode mongo = PROD.only("PerconaServerMongoDB").at("/spec/backup");
        assertThat(mongo.path("enabled").asBoolean()).isTrue();
        assertThat(mongo.at("/pitr/enabled").asBoolean()).isTrue();
        JsonNode task = mongo.at("/tasks/0");
        assertThat(task.path("enabled").asBoolean()).isTrue();
        assertThat(mongo.path("storages").has(task.path("storageName").asText()))
                .isTrue();

        assertThat(nightly(task.path("schedule").asText()))
                .as("PostgreSQL first, MongoDB after it")
                .isAfter(nightly(scheduled.path("schedule").asText().replaceFirst("^0 ", "")));
    }

    @Test
    void keepsBackupsLongerThanTheServiceKeepsWhatWasDeleted() {
        int retentionDays = 8; // consigne.file.retention
        assertThat(PROD.only("ObjectStore").at("/spec/retentionPolicy").asText())
                .isEqualTo("30d");
        assertThat(PROD.only("PerconaServerMongoDB")
                        .at("/spec/backup/tasks/0/retention/count")
                        .asInt())
                .isEqualTo(30)
                .isGreaterThan(retentionDays);
    }

    @ParameterizedTest
    @EnumSource
    void makesTheRolesOfTheManualBeforeAnybodyLogsIn(Overlay overlay) {
        JsonNode initdb = overlay.manifests().only("Cluster").at("/spec/bootstrap/initdb");
        assertThat(initdb.path("owner").asText()).isEqualTo("consigne_migrator");
        assertThat(initdb.at("/secret/name").asText()).isEqualTo("consigne-postgres-migrator");
        assertThat(strings(initdb.path("postInitSQL")))
                .contains("CREATE ROLE consigne_service NOLOGIN", "CREATE ROLE consigne_reader NOLOGIN");
        JsonNode role = overlay.manifests().only("Cluster").at("/spec/managed/roles");
        assertThat(role).hasSize(1);
        assertThat(role.at("/0/name").asText()).isEqualTo("consigne_app");
        assertThat(role.at("/0/passwordSecret/name").asText()).isEqualTo("consigne-postgres-app");
        assertThat(strings(role.at("/0/inRoles"))).containsExactly("consigne_service");
        assertThat(role.at("/0/superuser").asBoolean()).isFalse();
        assertThat(overlay.manifests().settings().get("CONSIGNE_POSTGRES_ADDRESS"))
                .isEqualTo(
                        overlay.manifests().only("Cluster").at("/metadata/name").asText()
                                + "-rw.consigne-stores.svc.cluster.local:5432/"
                                + initdb.path("database").asText());
    }

    @ParameterizedTest
    @EnumSource
    void letsTheServiceReadAndWriteItsOwnDatabaseInMongoDbAndNothingElse(Overlay overlay) {
        JsonNode users = overlay.manifests()
                .only(overlay == Overlay.PROD ? "PerconaServerMongoDB" : "MongoDBCommunity")
                .at("/spec/users");
        assertThat(users).singleElement().satisfies(user -> {
            assertThat(user.path("name").asText()).isEqualTo("consigne");
            assertThat(user.at("/passwordSecretRef/name").asText()).isEqualTo("consigne-mongodb-app");
            assertThat(user.path("roles")).hasSize(1);
            assertThat(user.at("/roles/0/name").asText()).isEqualTo("readWrite");
            assertThat(user.at("/roles/0/db").asText()).isEqualTo("consigne");
        });
    }

    /** A variable with another name would be passed over, and the sum below be that of nothing. */
    @Test
    void namesThePoolsAsTheServiceReadsThem() throws Exception {
        assertThat(DataSourceReactiveRuntimeConfig.class.getMethod("maxSize")).isNotNull();
        assertThat(DataSourceJdbcRuntimeConfig.class.getMethod("maxSize")).isNotNull();
        assertThat(MongoClientConfig.class.getMethod("maxPoolSize")).isNotNull();
        assertThat(PROD.settings())
                .containsKeys(
                        "QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE",
                        "QUARKUS_DATASOURCE_JDBC_MAX_SIZE",
                        "QUARKUS_MONGODB_MAX_POOL_SIZE");
    }

    /** During a rollout all pods of the old version may still drain while all of the new one serve. */
    @Test
    void hasRoomForThePoolsOfAllReplicasTwiceAndOfAllJobs() {
        int serving = 2 * PROD.only(HorizontalPodAutoscaler.class).getSpec().getMaxReplicas();
        assertThat(postgres(PROD, serving))
                .isEqualTo(12 * 22 + 5 * 6)
                .isLessThanOrEqualTo(maxConnections(PROD) - OTHERS_IN_POSTGRES);
        assertThat(mongo(PROD, serving))
                .isEqualTo(12 * 100 + 5 * 20)
                .isLessThanOrEqualTo(maxIncomingConnections() - OTHERS_IN_MONGO);
    }

    @Test
    void hasRoomForThePoolsInDevelopmentToo() {
        int serving = 2 * DEV.deployment().getSpec().getReplicas();
        assertThat(postgres(DEV, serving)).isLessThanOrEqualTo(maxConnections(DEV) - OTHERS_IN_POSTGRES);
        assertThat(mongo(DEV, serving))
                .isLessThanOrEqualTo(DEV.only("MongoDBCommunity")
                                .path("spec")
                                .path("additionalMongodConfig")
                                .path("net.maxIncomingConnections")
                                .asInt()
                        - OTHERS_IN_MONGO);
    }

    /** The order of k8s/README.md: what is labelled `stores`, then all but the server, which the migration is part of. */
    @ParameterizedTest
    @EnumSource
    void canBeAppliedBeforeTheSchemaAndTheSchemaBeforeTheService(Overlay overlay) {
        String label = "app.kubernetes.io/component";
        assertThat(overlay.manifests().all())
                .filteredOn(manifest -> manifest.getMetadata().getLabels() != null
                        && "stores".equals(manifest.getMetadata().getLabels().get(label)))
                .extracting(HasMetadata::getKind)
                .containsAll(overlay == Overlay.PROD ? PROD_STORES : DEV_STORES);
        assertThat(overlay.manifests().deployment().getMetadata().getLabels()).containsEntry(label, "server");
        assertThat(overlay.manifests().migration().getMetadata().getLabels()).containsEntry(label, "migration");
    }

    private static int postgres(Manifests manifests, int serving) {
        return sum(manifests, serving, "QUARKUS_DATASOURCE_REACTIVE_MAX_SIZE", "QUARKUS_DATASOURCE_JDBC_MAX_SIZE");
    }

    private static int mongo(Manifests manifests, int serving) {
        return sum(manifests, serving, "QUARKUS_MONGODB_MAX_POOL_SIZE");
    }

    private static int sum(Manifests manifests, int serving, String... pools) {
        int sum = 0;
        for (Container container : manifests.containers()) {
            Map<String, String> environment = manifests.environmentOf(container);
            int each = Stream.of(pools)
                    .mapToInt(pool -> Integer.parseInt(environment.get(pool)))
                    .sum();
            sum += each * (container.equals(manifests.server()) ? serving : 1);
        }
        return sum;
    }

    private static int maxConnections(Manifests manifests) {
        return manifests
                .only("Cluster")
                .at("/spec/postgresql/parameters/max_connections")
                .asInt();
    }

    private static int maxIncomingConnections() {
        return StrictManifests.plain(PROD.only("PerconaServerMongoDB")
                        .at("/spec/replsets/0/configuration")
                        .asText())
                .at("/net/maxIncomingConnections")
                .asInt();
    }

    /** @param schedule minute and hour of every day */
    private static LocalTime nightly(String schedule) {
        String[] fields = schedule.split(" ");
        return LocalTime.of(Integer.parseInt(fields[1]), Integer.parseInt(fields[0]));
    }

    private static Stream<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }
}
