#!/bin/sh
apt-get install -y unzip
