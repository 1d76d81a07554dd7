package dev.consigne.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The script that shards the chunks, in the JavaScript it is written in; the router it asks for is not to be had here. */
class ShardingScriptIT {
    private static final String RUN = """
            const source = require('node:fs').readFileSync('%s', 'utf8');
            const here = { process, db: { hello: () => (%s) } };
            try {
                require('node:vm').runInNewContext(source, here);
                'went on';
            } catch (failure) {
                failure.message;
            }
            """;

    @Test
    void refusesToGoOnWhereThereIsNoRouter() throws JavetException {
        assertThat(answerTo("{ isWritablePrimary: true, setName: 'rs0' }")).startsWith("this is not a mongos");
        assertThat(answerTo("{ isWritablePrimary: true, msg: 'isdbgrid' }"))
                .as("asks the router for what is sharded")
                .isEqualTo("db.getSiblingDB is not a function");
    }

    private static String answerTo(String hello) throws JavetException {
        String script = Path.of("k8s/mongodb/shard-chunks.js")
                .toAbsolutePath()
                .toString()
                .replace('\\', '/');
        try (NodeRuntime node = V8Host.getNodeInstance().createV8Runtime()) {
            return node.getExecutor(RUN.formatted(script, hello)).executeString();
        }
    }
}
