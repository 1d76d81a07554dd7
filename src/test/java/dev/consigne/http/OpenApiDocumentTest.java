package dev.consigne.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiDocumentTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void theCommittedContractIsWhatTheCodeSays() throws IOException {
        // Given
        JsonNode committed = YAML.readTree(Files.readString(Path.of("docs/openapi.yaml")));

        // When
        String served =
                given().get("/q/openapi").then().statusCode(200).extract().asString();

        // Then
        assertThat(YAML.readTree(served))
                .as("the contract changed: look at the difference, then cp target/openapi/openapi.yaml docs/")
                .isEqualTo(committed);
    }
}
