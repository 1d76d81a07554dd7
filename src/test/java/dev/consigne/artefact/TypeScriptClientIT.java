package dev.consigne.artefact;

import static org.assertj.core.api.Assertions.assertThat;

import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import dev.consigne.embedded.StorePair;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The TypeScript client that openapi-generator makes of docs/openapi.yaml, with the layer for streams: compiled as strictly
 * as TypeScript can, and run in Node.js against the artefact. Compiler and Node.js are libraries of this JVM.
 */
@Timeout(300)
class TypeScriptClientIT {
    private static final Path CLIENT = Path.of("target/clients/typescript");
    private static final Path COMPILER = Path.of("target/clients/compiler");
    private static final String COMPILER_IN_JAR = "META-INF/resources/webjars/typescript/";

    private static final String COMPILE = """
            const ts = require('%1$s/typescript.js');
            const program = ts.createProgram(['%2$s/stories.ts'], {
                strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: false,
                noFallthroughCasesInSwitch: true, noImplicitReturns: true, noEmitOnError: true,
                target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, outDir: '%2$s/compiled', types: [],
                lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
            });
            const found = ts.getPreEmitDiagnostics(program).concat(program.emit().diagnostics);
            ts.formatDiagnostics(found, {
                getCanonicalFileName: name => name, getCurrentDirectory: () => '%2$s', getNewLine: () => '\\n',
            });
            """;
    private static final String RUN = """
            require('node:v8').setFlagsFromString('--expose-gc');
            globalThis.gc = require('node:vm').runInNewContext('gc');
            globalThis.end = 'it did not come to an end';
            require('%s/compiled/stories.js').run('%s').then(
                held => { globalThis.end = 'held: ' + held.length; },
                error => { globalThis.end = String(error); });
            """;

    @Test
    void theClientCompilesAndTellsItsStories() throws Exception {
        // Given
        copy(Path.of("src/clients/typescript"), CLIENT);
        copy(Path.of("src/test/typescript"), CLIENT);
        unpackCompiler();
        try (StorePair stores = StorePair.start("stores-typescript");
                ServiceProcess service = ServiceProcess.start(stores, List.of(), Map.of())) {
            assertThat(evaluate(COMPILE.formatted(inScript(COMPILER), inScript(CLIENT)), null))
                    .as("complaints of the compiler")
                    .isEmpty();

            // When
            String end = evaluate(RUN.formatted(inScript(CLIENT), root(service)), "globalThis.end");

            // Then
            assertThat(end).as(String.join("\n", service.log())).isEqualTo("held: 15");
        }
    }

    /** The value of the script, or of what is asked for once all that it began has ended. */
    private static String evaluate(String script, String afterwards) throws JavetException {
        try (NodeRuntime node = V8Host.getNodeInstance().createV8Runtime()) {
            if (afterwards == null) {
                return node.getExecutor(script).executeString();
            }
            node.getExecutor(script).executeVoid();
            node.await();
            return node.getExecutor(afterwards).executeString();
        }
    }

    private static URI root(ServiceProcess service) {
        String anyUrl = service.content("x").toString();
        return URI.create(anyUrl.substring(0, anyUrl.indexOf("/api/")));
    }

    private static String inScript(Path path) {
        return path.toAbsolutePath().toString().replace('\\', '/');
    }

    private static void unpackCompiler() throws Exception {
        URI jar = TypeScriptClientIT.class
                .getClassLoader()
                .getResource(COMPILER_IN_JAR)
                .toURI();
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of());
                Stream<Path> versions = Files.list(files.getPath(COMPILER_IN_JAR))) {
            copy(versions.findFirst().orElseThrow().resolve("lib"), COMPILER);
        }
    }

    /** The files of a folder, without those of its folders. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
