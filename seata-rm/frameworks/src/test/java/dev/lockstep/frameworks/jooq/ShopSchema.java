package dev.lockstep.frameworks.jooq;

import java.math.BigDecimal;
import org.jooq.Identity;
import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.UniqueKey;
import org.jooq.impl.DSL;
import org.jooq.impl.Internal;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;
import org.jooq.impl.UpdatableRecordImpl;

/** Tables and records, shaped as jOOQ's generator shapes them. */
final class ShopSchema {

    static final Customers CUSTOMER = new Customers();
    static final Products PRODUCT = new Products();
    static final Purchases PURCHASE = new Purchases();
    static final PurchaseLines PURCHASE_LINE = new PurchaseLines();

    private ShopSchema() {}

    static final class Customers extends TableImpl<CustomerRecord> {
        final TableField<CustomerRecord, Long> id =
                createField(DSL.name("id"), SQLDataType.BIGINT.nullable(false).identity(true));
        final TableField<CustomerRecord, String> name =
                createField(DSL.name("name"), SQLDataType.VARCHAR(40).nullable(false));
        final TableField<CustomerRecord, String> email = createField(DSL.name("email"), SQLDataType.VARCHAR(60));

        Customers() {
            super(DSL.name("customer"));
        }

        @Override
        public Class<CustomerRecord> getRecordType() {
            return CustomerRecord.class;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Identity<CustomerRecord, Long> getIdentity() {
            return (Identity<CustomerRecord, Long>) super.getIdentity();
        }

        @Override
        public UniqueKey<CustomerRecord> getPrimaryKey() {
            return Internal.createUniqueKey(this, DSL.name("pk_customer"), id);
        }
    }

    static final class CustomerRecord extends UpdatableRecordImpl<CustomerRecord> {
        CustomerRecord() {
            super(CUSTOMER);
        }
    }

    static final class Products extends TableImpl<ProductRecord> {
        final TableField<ProductRecord, Long> id = createField(DSL.name("id"), SQLDataType.BIGINT.nullable(false));
        final TableField<ProductRecord, String> name =
                createField(DSL.name("name"), SQLDataType.VARCHAR(40).nullable(false));
        final TableField<ProductRecord, BigDecimal> price =
                createField(DSL.name("price"), SQLDataType.DECIMAL(10, 2).nullable(false));
        final TableField<ProductRecord, Integer> stock =
                createField(DSL.name("stock"), SQLDataType.INTEGER.nullable(false));
        final TableField<ProductRecord, Integer> version =
                createField(DSL.name("version"), SQLDataType.INTEGER.nullable(false));

        Products() {
            super(DSL.name("product"));
        }

        @Override
        public Class<ProductRecord> getRecordType() {
            return ProductRecord.class;
        }

        @Override
        public UniqueKey<ProductRecord> getPrimaryKey() {
            return Internal.createUniqueKey(this, DSL.name("pk_product"), id);
        }

        @Override
        public TableField<ProductRecord, Integer> getRecordVersion() {
            return version;
        }
    }

    static final class ProductRecord extends UpdatableRecordImpl<ProductRecord> {
        ProductRecord() {
            super(PRODUCT);
        }
    }

    static final class Purchases extends TableImpl<Record> {
        final TableField<Record, Long> id = createField(DSL.name("id"), SQLDataType.BIGINT.nullable(false));
        final TableField<Record, Long> customerId =
                createField(DSL.name("customer_id"), SQLDataType.BIGINT.nullable(false));
        final TableField<Record, String> note = createField(DSL.name("note"), SQLDataType.VARCHAR(100));

        Purchases() {
            super(DSL.name("purchase"));
        }
    }

    static final class PurchaseLines extends TableImpl<Record> {
        final TableField<Record, Long> purchaseId =
                createField(DSL.name("purchase_id"), SQLDataType.BIGINT.nullable(false));
        final TableField<Record, Integer> number =
                createField(DSL.name("line_no"), SQLDataType.INTEGER.nullable(false));
        final TableField<Record, Long> productId =
                createField(DSL.name("product_id"), SQLDataType.BIGINT.nullable(false));
        final TableField<Record, Integer> amount = createField(DSL.name("amount"), SQLDataType.INTEGER.nullable(false));

        PurchaseLines() {
            super(DSL.name("purchase_line"));
        }
    }
}
