/**
 * The stores of dev and test mode, without containers: PostgreSQL and a server of the MongoDB protocol in one process
 * beside the service. Nothing here is part of the production artefact.
 */
@NullMarked
package dev.consigne.embedded;

import org.jspecify.annotations.NullMarked;
