package dev.lockstep.rpc.channel;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The lines by which a TM proves who it is, sent as {@code extraData} of its registration. The open-source TC accepts
 * everybody; only one with a checker plug-in reads them (class AuthSigner and its default plug-in, version V4).
 *
 * @param accessKey sent as the text "null" when absent, as the official client does
 * @param secretKey when absent, the digest is the signed text itself
 */
record AccessKey(@Nullable String accessKey, @Nullable String secretKey) {

    private static final String VERSION = "V4";
    private static final String HMAC = "HmacSHA256";

    String extraData(String transactionServiceGroup, String clientIp, Instant now) {
        var signed = transactionServiceGroup + "," + clientIp + "," + now.toEpochMilli();
        return "ak=" + accessKey
                + "\ndigest=" + digest(signed, now)
                + "\ntimestamp=" + now.toEpochMilli()
                + "\nauthVersion=" + VERSION + "\n";
    }

    private String digest(String text, Instant now) {
        if (secretKey == null) {
            return text;
        }
        // Each step signs with the result of the one before: the key is worth a day, a region, a product.
        var key = ("aliyun_v4" + secretKey).getBytes(StandardCharsets.UTF_8);
        key = sign(key, DateTimeFormatter.BASIC_ISO_DATE.format(LocalDate.ofInstant(now, ZoneOffset.UTC)));
        key = sign(key, "cn-beijing");
        key = sign(key, "seata");
        key = sign(key, "aliyun_v4_request");
        return Base64.getEncoder().encodeToString(sign(key, text));
    }

    private static byte[] sign(byte[] key, String text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + HMAC + ", which every Java platform must have.", e);
        }
    }

    @Override
    public String toString() {
        return "AccessKey[accessKey=" + accessKey + ", secretKey=" + (secretKey == null ? "null" : "***") + "]";
    }
}
