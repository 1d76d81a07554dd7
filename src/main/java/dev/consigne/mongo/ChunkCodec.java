package dev.consigne.mongo;

import dev.consigne.file.Chunk;
import java.nio.ByteBuffer;
import org.bson.BsonBinary;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;

/**
 * A chunk as a document {@code {_id, l: length, k: CRC32C, d: bytes}}. The bytes go from the chunk's own array to the
 * wire and back without a document in between.
 */
final class ChunkCodec implements Codec<Chunk> {
    @Override
    public void encode(BsonWriter writer, Chunk chunk, EncoderContext context) {
        writer.writeStartDocument();
        writer.writeString("_id", ChunkKey.of(chunk.contentId(), chunk.number()));
        writer.writeInt32("l", chunk.length());
        writer.writeInt64("k", chunk.crc32c());
        writer.writeBinaryData("d", new BsonBinary(bytes(chunk.data())));
        writer.writeEndDocument();
    }

    @Override
    public Chunk decode(BsonReader reader, DecoderContext context) {
        String key = "";
        long crc32c = 0;
        byte[] data = {};
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            switch (reader.readName()) {
                case "_id" -> key = reader.readString();
                case "k" -> crc32c = readLong(reader);
                case "d" -> data = reader.readBinaryData().getData();
                default -> reader.skipValue();
            }
        }
        reader.readEndDocument();
        return new Chunk(ChunkKey.contentId(key), ChunkKey.number(key), ByteBuffer.wrap(data), crc32c);
    }

    /** Tools that restore documents may write a small number as the smaller type. */
    private static long readLong(BsonReader reader) {
        return reader.getCurrentBsonType() == BsonType.INT32 ? reader.readInt32() : reader.readInt64();
    }

    @Override
    public Class<Chunk> getEncoderClass() {
        return Chunk.class;
    }

    /** The array itself if the chunk fills it, as all but the last of a content do. */
    private static byte[] bytes(ByteBuffer data) {
        if (data.hasArray() && data.arrayOffset() == 0 && data.remaining() == data.array().length) {
            return data.array();
        }
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return copy;
    }
}
