package dev.lockstep.frameworks.mybatis;

import dev.lockstep.frameworks.shop.Line;
import dev.lockstep.frameworks.shop.Product;
import java.math.BigDecimal;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** The acts of the shop as MyBatis statements. */
interface ShopMapper {

    @Insert("INSERT INTO customer (name, email) VALUES (#{name}, #{email})")
    @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
    int addCustomer(NewCustomer customer);

    @Insert("""
            <script>
            INSERT INTO customer (name, email) VALUES
            <foreach collection="list" item="it" separator=",">(#{it.name}, #{it.email})</foreach>
            </script>
            """)
    @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
    int addCustomers(List<NewCustomer> customers);

    @Insert("INSERT INTO product (id, name, price, stock) VALUES (#{id}, #{name}, #{price}, #{stock})")
    int addProduct(Product product);

    @Update("UPDATE product SET price = #{price} WHERE id = #{id}")
    int reprice(@Param("id") long id, @Param("price") BigDecimal price);

    @Delete("DELETE FROM product WHERE id = #{id}")
    int removeProduct(long id);

    @Delete("""
            <script>
            DELETE FROM product WHERE id IN <foreach collection="list" item="id" open="(" separator=", " close=")">#{id}</foreach>
            </script>
            """)
    int removeProducts(List<Long> ids);

    @Update("UPDATE product SET stock = stock - #{amount} WHERE id = #{id} AND stock >= #{amount}")
    int takeFromStock(@Param("id") long id, @Param("amount") int amount);

    /** Writes only what is given, as mappers often do. */
    @Update("""
            <script>
            UPDATE product
            <set>
              <if test="name != null">name = #{name},</if>
              <if test="price != null">price = #{price},</if>
            </set>
            WHERE id = #{id}
            </script>
            """)
    int change(@Param("id") long id, @Param("name") String name, @Param("price") BigDecimal price);

    @Select("${sql}")
    @Options(flushCache = Options.FlushCachePolicy.TRUE, useCache = false)
    long nextPurchase(@Param("sql") String sql);

    @Insert("INSERT INTO purchase (id, customer_id) VALUES (#{id}, #{customer})")
    int addPurchase(@Param("id") long id, @Param("customer") long customer);

    @Insert("""
            INSERT INTO purchase_line (purchase_id, line_no, product_id, amount)
            VALUES (#{purchase}, #{line.number}, #{line.productId}, #{line.amount})
            """)
    int addLine(@Param("purchase") long purchase, @Param("line") Line line);

    @Select("SELECT stock FROM product WHERE id = #{id} FOR UPDATE")
    int stockForUpdate(long id);

    @Select("SELECT name FROM product ORDER BY id LIMIT #{limit} OFFSET #{offset}")
    List<String> productNames(@Param("offset") int offset, @Param("limit") int limit);

    @Select("""
            SELECT pr.name FROM customer c
            JOIN purchase pu ON pu.customer_id = c.id
            JOIN purchase_line l ON l.purchase_id = pu.id
            JOIN product pr ON pr.id = l.product_id
            WHERE c.name = #{customer} ORDER BY pu.id, l.line_no
            """)
    List<String> productsBoughtBy(String customer);

    /** Declared as an INSERT, since MyBatis-Plus reads what is declared as an UPDATE. */
    @Insert("${sql}")
    void write(@Param("sql") String sql);
}
