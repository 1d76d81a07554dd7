package dev.consigne.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OpenApi30Test {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Path OLDER = Path.of("docs/openapi-3.0.yaml");

    @Test
    void theCommittedDocumentSaysWhatTheContractSays() throws IOException {
        // When
        JsonNode converted = OpenApi30.of(YAML.readTree(Files.readString(Path.of("docs/openapi.yaml"))));

        // Then
        Path fresh = Files.createDirectories(Path.of("target/openapi")).resolve("openapi-3.0.yaml");
        Files.writeString(fresh, YAML.writeValueAsString(converted));
        assertThat(YAML.readTree(Files.readString(OLDER)))
                .as("the contract changed: cp %s docs/", fresh)
                .isEqualTo(YAML.readTree(Files.readString(fresh)));
    }

    @Test
    void itIsReadWithoutAWordOfComplaint() throws IOException {
        // When
        SwaggerParseResult read = new OpenAPIV3Parser().readContents(Files.readString(OLDER));

        // Then
        assertThat(read.getMessages()).isEmpty();
        assertThat(read.isOpenapi31()).isFalse();
        assertThat(read.getOpenAPI().getPaths()).isNotEmpty();
    }

    @Test
    void oneTypeOrNothingBecomesNullable() throws IOException {
        assertThat(converted("{type: [string, 'null'], examples: [a, b]}"))
                .isEqualTo(YAML.readTree("{type: string, nullable: true, example: a}"));
    }

    @Test
    void aConstantBecomesAChoiceOfOne() throws IOException {
        assertThat(converted("{type: string, const: on}")).isEqualTo(YAML.readTree("{type: string, enum: [on]}"));
    }

    @Test
    void bytesBecomeBinary() throws IOException {
        assertThat(converted("{type: string, contentMediaType: application/octet-stream}"))
                .isEqualTo(YAML.readTree("{type: string, format: binary}"));
    }

    @Test
    void anOpenLimitBecomesAFlag() throws IOException {
        assertThat(converted("{type: integer, exclusiveMinimum: 0}"))
                .isEqualTo(YAML.readTree("{type: integer, exclusiveMinimum: true, minimum: 0}"));
    }

    @Test
    void whatStandsBesideAReferenceIsKept() throws IOException {
        assertThat(converted("{$ref: '#/components/schemas/Id', description: Whose}"))
                .isEqualTo(YAML.readTree("{description: Whose, type: string, format: uuid}"));
        assertThat(converted("{$ref: '#/components/schemas/Pair', description: Both}"))
                .isEqualTo(YAML.readTree("{description: Both, allOf: [{$ref: '#/components/schemas/Pair'}]}"));
    }

    @Test
    void aPropertyMayHaveTheNameOfAKeyword() throws IOException {
        assertThat(converted("{type: object, properties: {examples: {type: string, examples: [a]}}}"))
                .isEqualTo(YAML.readTree("{type: object, properties: {examples: {type: string, example: a}}}"));
    }

    @Test
    void whatCannotBeSaidIsRefused() {
        assertThatThrownBy(() -> converted("{type: [string, integer]}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> converted("{patternProperties: {a: {type: string}}}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What becomes of one schema. */
    private static JsonNode converted(String schema) throws IOException {
        JsonNode document = YAML.readTree("""
                openapi: 3.1.0
                paths: {}
                components:
                  schemas:
                    Id: {type: string, format: uuid}
                    Pair: {type: object, properties: {id: {$ref: '#/components/schemas/Id'}}}
                    Tried: %s
                """.formatted(schema));
        return OpenApi30.of(document).at("/components/schemas/Tried");
    }
}
