package dev.lockstep.spring;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;

/**
 * Finds in the bytecode of a class where it calls methods of its own instance, past any proxy.
 *
 * <p>Certain rather than complete: a method that gets hold of another object of its own class, as through an injected
 * reference to its own proxy, is not looked at from there on, because the callee may be that object.
 */
final class SelfCalls {

    /** What Kotlin calls where arguments are left out: a static method that fills them in and calls the one that is meant. */
    private static final String KOTLIN_DEFAULTS = "$default";

    /** Two methods of the class, each by its name, directly followed by its descriptor. */
    record SelfCall(String caller, String callee) {}

    private SelfCalls() {}

    /** The calls in methods that the class itself declares; none where its bytecode cannot be read. */
    static Set<SelfCall> in(Class<?> type) {
        try (InputStream bytecode = type.getResourceAsStream(ClassUtils.getClassFileName(type))) {
            if (bytecode == null) {
                return Set.of();
            }
            var found = new LinkedHashSet<SelfCall>();
            new ClassReader(bytecode)
                    .accept(
                            new MethodsOf(Type.getInternalName(type), found),
                            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return found;
        } catch (IOException | IllegalArgumentException unreadable) { // a class file newer than Spring's reader
            return Set.of();
        }
    }

    private static final class MethodsOf extends ClassVisitor {
        private final String owner;
        private final Set<SelfCall> found;

        MethodsOf(String owner, Set<SelfCall> found) {
            super(SpringAsmInfo.ASM_VERSION);
            this.owner = owner;
            this.found = found;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new CallsIn(owner, name, descriptor, found);
        }
    }

    private static final class CallsIn extends MethodVisitor {
        private final String owner;
        private final String caller;
        private final String callerDescriptor;
        private final Set<SelfCall> found;
        private boolean anotherObject;

        CallsIn(String owner, String caller, String callerDescriptor, Set<SelfCall> found) {
            super(SpringAsmInfo.ASM_VERSION);
            this.owner = owner;
            this.caller = caller;
            this.callerDescriptor = callerDescriptor;
            this.found = found;
            for (Type argument : Type.getArgumentTypes(callerDescriptor)) {
                noteAnother(argument.getDescriptor());
            }
        }

        private void noteAnother(String descriptor) {
            if (descriptor.equals("L" + owner + ";")) {
                anotherObject = true;
            }
        }

        @Override
        public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
            noteAnother(descriptor);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.CHECKCAST || opcode == Opcodes.NEW) {
                noteAnother("L" + type + ";");
            }
        }

        @Override
        public void visitMethodInsn(
                int opcode, String methodOwner, String name, String descriptor, boolean isInterface) {
            if (opcode == Opcodes.INVOKEVIRTUAL || opcode == Opcodes.INVOKESPECIAL) {
                note(methodOwner, name, descriptor);
            } else if (opcode == Opcodes.INVOKESTATIC && name.endsWith(KOTLIN_DEFAULTS)) {
                noteBehindDefaults(methodOwner, name, descriptor);
            }
            noteAnother(Type.getReturnType(descriptor).getDescriptor());
        }

        /** A lambda, which is a private method of the class, or a method reference such as {@code this::place}. */
        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    note(handle.getOwner(), handle.getName(), handle.getDesc());
                }
            }
        }

        /** Its parameters are the object, those of the method, one that tells which were left out, and one for nothing. */
        private void noteBehindDefaults(String methodOwner, String name, String descriptor) {
            Type[] given = Type.getArgumentTypes(descriptor);
            if (given.length > 3 && given[0].getInternalName().equals(owner)) {
                note(
                        methodOwner,
                        name.substring(0, name.length() - KOTLIN_DEFAULTS.length()),
                        Type.getMethodDescriptor(
                                Type.getReturnType(descriptor), Arrays.copyOfRange(given, 1, given.length - 2)));
            }
        }

        private void note(String methodOwner, String name, String descriptor) {
            if (!anotherObject && methodOwner.equals(owner) && !name.equals("<init>")) {
                found.add(new SelfCall(caller + callerDescriptor, name + descriptor));
            }
        }
    }
}
