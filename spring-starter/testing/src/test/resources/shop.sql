create table stock (item varchar(20) primary key, amount int not null);
insert into stock values ('bike', 10), ('bolt', 1000);
