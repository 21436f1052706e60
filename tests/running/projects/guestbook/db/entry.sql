CREATE TABLE entry (text TEXT);
