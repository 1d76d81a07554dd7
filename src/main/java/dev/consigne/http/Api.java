package dev.consigne.http;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.servers.Server;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What all paths have in common. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Consigne",
                        version = "1",
                        description = "Stores files: content in MongoDB, metadata in PostgreSQL. Every error is"
                                + " `application/problem+json` with a stable `code` and a `requestId`.",
                        license = @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0")),
        servers = @Server(url = "/", description = "Where this document came from"),
        tags = {
            @Tag(name = "buckets", description = "Named containers of files"),
            @Tag(name = "bulk", description = "Changes to many files at once"),
            @Tag(name = "content", description = "The bytes of a file, by its name"),
            @Tag(name = "files", description = "Files as records, by their id, and listings")
        })
public final class Api extends Application {
    static final String ROOT = "/api/v1";
}
