/** Streams of bytes for the generated Java client: sources to be copied, see docs/clients.md. */
package dev.consigne.client.streams;
