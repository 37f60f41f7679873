package dev.lockstep.rpc.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Turns the messages of {@code protocol-vectors.json} into seata-core's message objects and back into plain values. */
final class GoldenMessages {

    private GoldenMessages() {}

    static JsonNode vectors() {
        try (var in = GoldenMessages.class.getResourceAsStream("/protocol-vectors.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AbstractMessage message(JsonNode json) {
        var message = instanceOf(json.get("type").asText());
        if (message instanceof MergedWarpMessage merged) {
            merged.msgs = parts(json.get("msgs"));
            merged.msgIds = ids(json.get("msgIds"));
        } else if (message instanceof MergeResultMessage merged) {
            merged.setMsgs(parts(json.get("msgs")).toArray(AbstractResultMessage[]::new));
        } else if (message instanceof BatchResultMessage batch) {
            batch.setResultMessages(parts(json.get("resultMessages")).stream()
                    .map(AbstractResultMessage.class::cast)
                    .toList());
            batch.setMsgIds(ids(json.get("msgIds")));
        } else {
            json.properties().forEach(field -> {
                if (!isLabel(field.getKey())) {
                    set(message, field.getKey(), field.getValue());
                }
            });
        }
        return message;
    }

    /** The values of {@code message} under the names that {@code json} uses; texts that are null or empty as null. */
    static Map<String, @Nullable Object> values(AbstractMessage message, JsonNode json) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        json.fieldNames().forEachRemaining(name -> {
            if (!isLabel(name)) {
                values.put(name, get(message, name, json.get(name)));
            }
        });
        return values;
    }

    static Map<String, @Nullable Object> expected(JsonNode json) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            if (!isLabel(field.getKey())) {
                values.put(field.getKey(), plain(field.getValue()));
            }
        });
        return values;
    }

    private static boolean isLabel(String name) {
        return name.equals("type") || name.equals("typeCode");
    }

    private static AbstractMessage instanceOf(String type) {
        for (var folder : List.of("", "transaction.")) {
            try {
                return (AbstractMessage) Class.forName("io.seata.core.protocol." + folder + type)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ClassNotFoundException inTheOther) {
                continue;
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("No message is called " + type + ".");
    }

    private static ArrayList<AbstractMessage> parts(JsonNode array) {
        var parts = new ArrayList<AbstractMessage>();
        array.forEach(part -> parts.add(message(part)));
        return parts;
    }

    private static ArrayList<Integer> ids(JsonNode array) {
        var ids = new ArrayList<Integer>();
        array.forEach(id -> ids.add(id.asInt()));
        return ids;
    }

    private static void set(AbstractMessage message, String property, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        var name = "set" + Character.toUpperCase(property.charAt(0)) + property.substring(1);
        for (var method : message.getClass().getMethods()) {
            if (method.getName().equals(name)) {
                try {
                    method.invoke(message, converted(value, method.getParameterTypes()[0]));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
                return;
            }
        }
        throw new IllegalStateException(message.getClass().getSimpleName() + " has no " + name);
    }

    private static Object converted(JsonNode value, Class<?> type) throws ReflectiveOperationException {
        if (type == long.class) {
            return value.asLong();
        }
        if (type == int.class) {
            return value.asInt();
        }
        if (type == short.class) {
            return (short) value.asInt();
        }
        if (type == boolean.class) {
            return value.asBoolean();
        }
        return type.isEnum() ? type.getMethod("valueOf", String.class).invoke(null, value.asText()) : value.asText();
    }

    private static @Nullable Object get(AbstractMessage message, String property, JsonNode like) {
        if (property.equals("msgs")) {
            var parts = message instanceof MergedWarpMessage merged
                    ? merged.msgs
                    : List.of(((MergeResultMessage) message).getMsgs());
            return valuesOf(parts, like);
        }
        if (property.equals("resultMessages")) {
            return valuesOf(((BatchResultMessage) message).getResultMessages(), like);
        }
        if (property.equals("msgIds")) {
            var ids = message instanceof MergedWarpMessage merged
                    ? merged.msgIds
                    : ((BatchResultMessage) message).getMsgIds();
            return ids.stream().map(Integer::longValue).toList();
        }
        var capital = Character.toUpperCase(property.charAt(0)) + property.substring(1);
        try {
            for (var method : message.getClass().getMethods()) {
                if (method.getParameterCount() == 0
                        && (method.getName().equals("get" + capital)
                                || method.getName().equals("is" + capital))) {
                    return plain(method.invoke(message));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException(message.getClass().getSimpleName() + " has no " + property);
    }

    private static List<Map<String, @Nullable Object>> valuesOf(List<? extends AbstractMessage> parts, JsonNode like) {
        return IntStream.range(0, parts.size())
                .mapToObj(i -> values(parts.get(i), like.get(i)))
                .toList();
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        if (value == null || value instanceof Boolean) {
            return value;
        }
        var text = value instanceof Enum<?> constant ? constant.name() : value.toString();
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Object plain(JsonNode value) {
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(element -> element.isObject() ? expected(element) : plain(element))
                    .toList();
        }
        if (value.isNumber()) {
            return value.asLong();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return value.isNull() || value.asText().isEmpty() ? null : value.asText();
    }
}
