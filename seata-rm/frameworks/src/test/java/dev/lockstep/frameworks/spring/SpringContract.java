package dev.lockstep.frameworks.spring;

import dev.lockstep.frameworks.shop.Shop;
import dev.lockstep.frameworks.shop.ShopContract;
import dev.lockstep.frameworks.shop.ShopDatabase;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is Spring's in every framework of its: local transactions and exceptions. */
public abstract class SpringContract extends ShopContract {

    protected SpringContract(ShopDatabase database) throws SQLException {
        super(database);
    }

    /** Who begins and ends local transactions. */
    protected abstract PlatformTransactionManager transactions();

    @Override
    protected void locally(Shop.Work work) {
        new TransactionTemplate(transactions()).executeWithoutResult(status -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new UndeclaredThrowableException(e);
            }
        });
    }

    @Override
    protected Class<? extends Exception> frameworkException() {
        return DataAccessException.class;
    }
}
